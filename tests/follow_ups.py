"""A row of a follow-up plan with one file, for tests of other things."""

from datetime import date

from survey_app.store.tables import EvidenceFile, FollowUp

PDF = b"%PDF-1.7\n%%EOF\n"


def make_follow_up(world, account_id: int) -> tuple[int, int]:
    """Add a row and a file to the world's survey; returns their numbers."""
    with world.store.write() as session:
        row = FollowUp(
            survey_id=world.survey_id,
            unsur="waktu",
            programme="Menambah loket",
            due=date(2027, 3, 31),
            responsible="Kepala Bidang",
        )
        session.add(row)
        session.flush()
        file = EvidenceFile(
            survey_id=world.survey_id,
            follow_up_id=row.id,
            name="bukti.pdf",
            media_type="application/pdf",
            size=len(PDF),
            sha256="0" * 64,
            content=PDF,
            added_at=world.clock(),
            added_by=account_id,
        )
        session.add(file)
        session.flush()
        return row.id, file.id
