"""The inspectorate's and evaluators' lists to take away, each for whoever opens its page."""

from flask import Blueprint, Response

from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.channel_results import channel_word
from survey_app.comments.review import list_reports
from survey_app.evaluate import (
    arrivals,
    bribery_reports,
    contacts,
    erasures,
    quality_pages,
    tickets,
)
from survey_app.evaluate.quality_cases import list_summaries
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.downloads import table_file

blueprint = Blueprint("inspection_lists", __name__)

REPORTS = ("unit", "survei", "periode", "saran", "catatan")
LOTS = (
    *("unit", "survei", "periode", "lot", "tautan", "berlaku_mulai", "berlaku_sampai"),
    *("dicabut", "dicetak", "terpakai", "layanan_selesai", "jawaban_bertiket"),
)
ERASURES = ("baris", "jenis", "alasan", "diminta", "keadaan", "diputuskan")
PATTERNS = ("keadaan", "jumlah", "tenggat_tanggapan")
SURVEYS = ("unit", "survei", "periode")
HOURS = ("jam", "saluran", "formulir_dibuka", "jawaban", "cepat", "seragam", "perlu_diperiksa")


@blueprint.get("/evaluasi/saran.<any(csv, xlsx):form>")
@requires(*bribery_reports.INSPECTORS)
def reports(form: str) -> Response:
    """Comments before the inspectorate; that they were taken away is on record."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        visible = person.visible_unit_ids(session, *bribery_reports.INSPECTORS)
        rows = [
            (one.survey.unit.name, one.survey.title, one.survey.period, one.text, one.note)
            for one in list_reports(session, visible)
        ]
        audit.record(session, person.account, "export-reports", form, parts.clock())
    return table_file("dugaan-pungutan-liar", form, REPORTS, rows)


@blueprint.get("/evaluasi/tiket.<any(csv, xlsx):form>")
@requires(*tickets.ISSUERS)
def lots(form: str) -> Response:
    """Ticket lots beside the transactions and answers of their survey."""
    with context().store.read() as session:
        rows = [
            (
                *(one.survey.unit.name, one.survey.title, one.survey.period),
                *(count.lot.id, count.lot.link_code),
                *(count.lot.valid_from.isoformat(), count.lot.valid_to.isoformat()),
                count.lot.revoked_at.date().isoformat() if count.lot.revoked_at else "",
                *(count.lot.size, count.spent, one.transactions, one.answers),
            )
            for one in tickets.list_reconciliations(session)
            for count in one.lots
        ]
    return table_file("lot-tiket", form, LOTS, rows)


@blueprint.get("/evaluasi/penghapusan.<any(csv, xlsx):form>")
@requires(*erasures.GUARDIANS)
def requests(form: str) -> Response:
    """Requests for erasure and their decisions."""
    rows = [
        (
            *(one.erasure.target_id.hex(), one.erasure.kind, one.erasure.reason, one.asked_by),
            *(str(one.erasure.state), one.decided_by or ""),
        )
        for one in erasures.list_requests()
    ]
    return table_file("penghapusan", form, ERASURES, rows)


@blueprint.get("/evaluasi/kedatangan.<any(csv, xlsx):form>")
@requires(*arrivals.READERS)
def counted_surveys(form: str) -> Response:
    """The surveys that have counts of arrivals."""
    rows = [(one.unit.name, one.key, one.period) for one in arrivals.list_counted()]
    return table_file("kedatangan", form, SURVEYS, rows)


@blueprint.get("/evaluasi/kedatangan/<key>.<any(csv, xlsx):form>")
@requires(*arrivals.READERS)
def hours(key: str, form: str) -> Response:
    """One survey's counts by hour and channel, at the unit's own time."""
    rows = [
        (
            *(f"{hour.start:%Y-%m-%d %H.00}", channel_word(hour.channel), hour.opened, hour.n),
            *(hour.n_fast, hour.n_straight, "ya" if hour.is_marked else ""),
        )
        for hour in arrivals.list_hours(key)[1]
    ]
    return table_file(f"kedatangan-{key}", form, HOURS, rows)


@blueprint.get("/evaluasi/temuan.<any(csv, xlsx):form>")
@requires(*quality_pages.READERS)
def patterns(form: str) -> Response:
    """Surveys with patterns that ask for verification, and how many are in which state."""
    with context().store.read() as session:
        visible = viewer().visible_unit_ids(session, *quality_pages.READERS)
        rows = [
            (
                *(one.survey.unit.name, one.survey.key, one.survey.period),
                *(str(state), count, one.due.isoformat() if one.due else ""),
            )
            for one in list_summaries(session, visible)
            for state, count in one.states.items()
        ]
    return table_file("pola-tidak-biasa", form, (*SURVEYS, *PATTERNS), rows)


@blueprint.get("/evaluasi/kontak.<any(csv, xlsx):form>")
@requires(Role.EVALUATOR)
def contact_counts(form: str) -> Response:
    """How many contacts each survey has that asks for them."""
    surveys, counts = contacts.list_asking()
    rows = [(one.unit.name, one.key, one.period, counts.get(one.id, 0)) for one in surveys]
    return table_file("kontak", form, (*SURVEYS, "kontak"), rows)
