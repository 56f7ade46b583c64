"""The follow-up plan as the regulation prints it."""

from survey_app.monitor.follow_up import horizon
from survey_app.reports.content import Block, Column, Paragraph, Table
from survey_app.reports.figures import Figures
from survey_app.reports.wording import (
    tanggal,
    triwulan,
)


def plan_blocks(figures: Figures) -> list[Block]:
    """The follow-up plan as the regulation's table."""
    if not figures.plan:
        return [
            Paragraph(
                "Rencana tindak lanjut belum disusun. PermenPANRB 14/2017 meminta rencana "
                "disusun mulai dari unsur yang terendah."
            )
        ]
    order = {item["code"]: place for place, item in enumerate(figures.ranked())}
    plan = sorted(figures.plan, key=lambda row: (order.get(row.unsur, len(order)), row.due))
    rows = tuple(
        (
            str(number),
            figures.instrument.item(row.unsur).label,
            row.programme,
            f"{triwulan(row.due)} ({tanggal(row.due)}), jangka "
            f"{horizon(figures.survey.period_end, row.due)}",
            row.responsible,
        )
        for number, row in enumerate(plan, 1)
    )
    return [
        Table(
            "Rencana tindak lanjut hasil survei",
            (
                Column("NO", "center", 0.45),
                Column("PRIORITAS UNSUR", share=1.7),
                Column("PROGRAM/KEGIATAN", share=2.6),
                Column("WAKTU", share=1.6),
                Column("PENANGGUNG JAWAB", share=1.7),
            ),
            rows,
            note="Jangka pendek kurang dari 12 bulan, menengah 12–24 bulan, panjang lebih dari "
            "24 bulan sejak akhir periode.",
        )
    ]
