"""The desk's lists to take away: surveys, links, comments, follow-up, channels, paper batches."""

from typing import Any

from flask import Blueprint, Response

from survey_app.accounts.access import requires, viewer
from survey_app.channel_results import channel_word
from survey_app.estimates import instrument_of, survey_result
from survey_app.monitor.comment_pages import visible_lines
from survey_app.monitor.follow_up import file_counts, horizon, list_follow_ups
from survey_app.monitor.morning import Line, fetch_morning
from survey_app.monitor.queries import list_links
from survey_app.paper.batches import list_batches
from survey_app.paper.questionnaire import shown_code
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.downloads import table_file

blueprint = Blueprint("desk_lists", __name__)

STAFF = (Role.STAFF, Role.ADMIN)
SURVEYS = (
    *("unit", "survei", "judul", "periode", "mulai", "akhir", "keadaan"),
    *("jawaban", "hari_ini", "diperlukan", "perlu_perhatian"),
)
LINKS = ("alamat", "layanan", "loket", "saluran", "dicabut")
COMMENTS = ("unsur", "saran", "keadaan", "yang_dibaca_umum", "alasan")
PLANS = (
    *("no", "prioritas_unsur", "program_kegiatan", "waktu", "jangka", "penanggung_jawab"),
    *("keadaan", "hasil", "alasan_dihentikan", "berkas_bukti"),
)
BATCHES = (
    *("berkas", "layanan", "loket", "keadaan", "dicetak", "terisi", "kosong", "rusak"),
    "tidak_terpakai",
)
CHANNELS = ("saluran", "jawaban", "bagian", "nilai", "selang_bawah", "selang_atas", "mutu")


@blueprint.get("/meja/survei.<any(csv, xlsx):form>")
@requires(*STAFF)
def surveys(form: str) -> Response:
    """Surveys of one's units, as the desk's first page lists them."""
    parts = context()
    with parts.store.read() as session:
        visible = viewer().visible_unit_ids(session, *STAFF)
        minimum = parts.settings.display_minimum
        morning = fetch_morning(session, visible, parts.clock(), show_all=True, minimum=minimum)
    lines = (*morning.urgent, *morning.running, *morning.finished)
    return table_file("survei", form, SURVEYS, [_survey_row(line) for line in lines])


@blueprint.get("/meja/survei/<key>/tautan.<any(csv, xlsx):form>")
@requires(*STAFF)
def links(key: str, form: str) -> Response:
    """Links of a survey, revoked ones too."""
    parts = context()
    with parts.store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        rows = [
            (
                f"{parts.settings.public_url}/s/{link.code}",
                link.service.name if link.service else "",
                link.counter,
                channel_word(link.channel),
                link.revoked_at.date().isoformat() if link.revoked_at else "",
            )
            for link in list_links(session, found.id)
        ]
    return table_file(f"tautan-{key}", form, LINKS, rows)


@blueprint.get("/meja/survei/<key>/komentar.<any(csv, xlsx):form>")
@requires(*STAFF)
def comments(key: str, form: str) -> Response:
    """Comments that staff may see now, by unsur, in the order of random ids."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        labels = {item.code: item.label for item in instrument_of(session, found).items}
        rows = [
            (labels.get(topic, ""), line.text, str(line.state), line.shown_text, line.reason)
            for topic, line in visible_lines(session, found)
        ]
    return table_file(f"saran-{key}", form, COMMENTS, rows)


@blueprint.get("/meja/survei/<key>/tindak-lanjut.<any(csv, xlsx):form>")
@requires(*STAFF)
def plans(key: str, form: str) -> Response:
    """The regulation's table of the follow-up plan, with how far each row has come."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        instrument = instrument_of(session, found)
        rows = list_follow_ups(session, found.id)
        files = file_counts(session, rows)
        table = [
            (
                number,
                instrument.item(row.unsur).label,
                row.programme,
                row.due.isoformat(),
                str(horizon(found.period_end, row.due)),
                row.responsible,
                str(row.state),
                row.evidence,
                row.reason,
                files.get(row.id, 0),
            )
            for number, row in enumerate(rows, 1)
        ]
    return table_file(f"rtl-{key}", form, PLANS, table)


@blueprint.get("/meja/survei/<key>/saluran.<any(csv, xlsx):form>")
@requires(*STAFF)
def channels(key: str, form: str) -> Response:
    """Answers by channel, and the index of each where the page shows it."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        rows = [_channel_row(row) for row in survey_result(session, found)["by_channel"]]
    return table_file(f"saluran-{key}", form, CHANNELS, rows)


@blueprint.get("/meja/survei/<key>/kertas.<any(csv, xlsx):form>")
@requires(*STAFF)
def batches(key: str, form: str) -> Response:
    """Batches of paper questionnaires, and where every printed sheet went."""
    with context().store.read() as session:
        found = viewer().find_survey(session, key, *STAFF)
        made = [standing.batch for standing in list_batches(session, found.id)]
        rows = [
            (
                *(shown_code(batch.code), batch.service.name if batch.service else ""),
                *(batch.counter, str(batch.state), batch.sheets, batch.answered),
                *(batch.blank, batch.spoiled, batch.unused),
            )
            for batch in made
        ]
    return table_file(f"kertas-{key}", form, BATCHES, rows)


def _survey_row(line: Line) -> tuple[Any, ...]:
    survey = line.survey
    return (
        survey.unit.name,
        survey.key,
        survey.title,
        survey.period,
        survey.period_start.isoformat(),
        survey.period_end.isoformat(),
        str(survey.state),
        line.total,
        line.today,
        survey.target,
        "; ".join(reason.words for reason in line.reasons),
    )


def _channel_row(row: dict[str, Any]) -> tuple[Any, ...]:
    index = row["index"] or {}
    low, high = index.get("ci") or (None, None)
    score, grade = index.get("score100"), index.get("grade")
    return (channel_word(row["channel"]), row["n"], row["share"], score, low, high, grade)
