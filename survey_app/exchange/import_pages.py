"""Import pages: choose a CSV, say what its columns and entries mean, check, bring it in."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.administer.import_responses import ImportReport
from survey_app.exchange.answer_table import AnswerTable, carry, read_answer_table, restore
from survey_app.exchange.bring_in import frame_of, record_rows
from survey_app.exchange.entry_suggestions import suggest_values
from survey_app.exchange.mapping import (
    BLANK,
    DAY,
    DAY_FIRST,
    IGNORE,
    ITEM,
    MARK,
    MONTH_FIRST,
    Checked,
    ColumnMapping,
    Frame,
    check_mapping,
    distinct,
    meanings,
    roles_of,
)
from survey_app.exchange.suggestions import suggest_mapping
from survey_app.settings import instance_secret
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.languages import message_language

blueprint = Blueprint("exchange_import", __name__, template_folder="templates")

PROBLEMS_SHOWN, ROWS_NAMED = 100, 20
SAMPLES = 3
ORDERS = {DAY_FIRST: __("hari/bulan/tahun"), MONTH_FIRST: __("bulan/hari/tahun")}
BRING_IN = "impor"
Page = str | AnyResponse | tuple[str, int]


class TableForm(FlaskForm):  # type: ignore[misc]
    """A CSV of answers collected elsewhere."""

    file = FileField(
        __("Berkas CSV"),
        [FileRequired(__("Pilih berkasnya."))],
        description=__(
            "Dari Google Forms (unduhan respons, ZIP atau CSV) atau LimeSurvey (ekspor CSV)."
        ),
    )


class MappingForm(FlaskForm):  # type: ignore[misc]
    """What the columns mean; its fields follow from the table."""


@dataclass(frozen=True)
class Column:
    """One column as the mapping page shows it."""

    at: int
    title: str
    samples: list[str]
    is_personal: bool
    role: str


@dataclass(frozen=True)
class Entries:
    """The different entries of a closed column, each with what it is taken to mean."""

    at: int
    title: str
    name: str
    entries: list[tuple[int, str, str]]
    choices: dict[str, str]
    role: str

    @property
    def is_sure(self) -> bool:
        """Whether every entry has a meaning already."""
        return all(meaning for _number, _entry, meaning in self.entries)


@dataclass(frozen=True)
class Problem:
    """What is wrong, in which column and rows; no rows where it is the mapping itself."""

    lines: list[int]
    column: str | None
    text: str


@blueprint.get("/meja/survei/<key>/pertukaran/impor")
@requires(Role.ADMIN)
def choose(key: str) -> Page:
    """Choose a file."""
    return _choose(key, TableForm(formdata=None))


@blueprint.post("/meja/survei/<key>/pertukaran/impor")
@requires(Role.ADMIN)
def propose(key: str) -> Page:
    """Read a file and propose what its columns mean."""
    form = TableForm()
    with context().store.read() as session:
        survey = viewer().find_survey(session, key, Role.ADMIN)
        if not form.validate_on_submit():
            return _choose(key, form), 422
        try:
            frame = frame_of(session, survey, context().clock())
            upload = form.file.data
            table = read_answer_table(upload.read(), upload.filename or "jawaban.csv")
        except SurveyError as error:
            parts = error.errors if isinstance(error, SurveyErrors) else [error]
            form.file.errors = [one.line(message_language()) for one in parts[:PROBLEMS_SHOWN]]
            return _choose(key, form), 422
    return _map(survey, table, suggest_mapping(table, frame), frame)


@blueprint.post("/meja/survei/<key>/pertukaran/impor/periksa")
@requires(Role.ADMIN)
def decide(key: str) -> Page:
    """Check a mapped table, or bring it in."""
    parts, form = context(), MappingForm()
    if not form.validate_on_submit():
        return redirect(url_for("exchange_import.choose", key=key))
    with parts.store.read() as session:
        survey = viewer().find_survey(session, key, Role.ADMIN)
        try:
            frame = frame_of(session, survey, parts.clock())
            table = restore(request.form.get("isi", ""))
        except SurveyError as error:
            flash(error.text(message_language()), "error")
            return redirect(url_for("exchange_import.choose", key=key))
    mapping = _mapping(request.form, table, frame)
    checked = check_mapping(table, mapping, frame)
    if checked.problems or BRING_IN not in request.form:
        page = _map(survey, table, mapping, frame, checked)
        return (page, 422) if checked.problems else page
    report = _bring_in(key, checked)
    words = _("%(new)s jawaban masuk, %(known)s sudah ada, %(blank)s tanpa jawaban.")
    counts = {"new": report.new, "known": report.known, "blank": report.blank}
    flash(words % counts)
    if checked.unsent:
        flash(_("%(count)s baris yang tidak pernah dikirim dilewati.", count=checked.unsent))
    return redirect(url_for("monitor.survey", key=key))


def _bring_in(key: str, checked: Checked) -> ImportReport:
    parts, person = context(), viewer()
    secret = instance_secret(parts.settings, "receipt.key")
    now = parts.clock()
    with parts.store.write() as session:
        survey = person.find_survey(session, key, Role.ADMIN)
        frame_of(session, survey, now)  # it may have closed since it was read
        report = record_rows(session, survey, checked, secret, now)
        numbers = {"new": report.new, "known": report.known}
        audit.record(session, person.account, "import-answers", key, now, **numbers)
    return report


def _mapping(fields: MultiDict[str, str], table: AnswerTable, frame: Frame) -> ColumnMapping:
    """The mapping that a form holds; what it cannot hold counts as left out."""
    known = roles_of(frame)
    roles = {}
    for at in range(len(table.header)):
        role = fields.get(f"peran-{at}", IGNORE)
        if role in known:
            roles[at] = role
    values = {}
    for at, role in roles.items():
        if role in {DAY, MARK}:
            continue
        entries = distinct(table, at)
        chosen = {
            entry: fields[f"nilai-{at}-{number}"]
            for number, entry in enumerate(entries)
            if fields.get(f"nilai-{at}-{number}")
        }
        # A column whose role was only now chosen has no entries in the form yet.
        is_new = fields.get(f"untuk-{at}") != role
        values[at] = suggest_values(entries, role, frame) if is_new else chosen
    order = fields.get("urutan", DAY_FIRST)
    return ColumnMapping(roles, values, order if order in ORDERS else DAY_FIRST)


def _choose(key: str, form: TableForm) -> str:
    with context().store.read() as session:
        survey = viewer().find_survey(session, key, Role.ADMIN)
    return render_template("exchange/import.html", survey=survey, form=form)


def _map(
    survey: Any,
    table: AnswerTable,
    mapping: ColumnMapping,
    frame: Frame,
    checked: Checked | None = None,
) -> str:
    problems = _grouped(checked.problems) if checked else []
    return render_template(
        "exchange/mapping.html",
        survey=survey,
        form=MappingForm(formdata=None),
        columns=_columns(table, mapping),
        entries=_entries(table, mapping, frame),
        roles=roles_of(frame),
        orders=ORDERS,
        order=mapping.order,
        has_days=DAY in mapping.roles.values(),
        carried=carry(table),
        rows=len(table.rows),
        checked=checked,
        problems=problems[:PROBLEMS_SHOWN],
        more=max(0, len(problems) - PROBLEMS_SHOWN),
        rows_named=ROWS_NAMED,
        bring_in=BRING_IN,
    )


def _columns(table: AnswerTable, mapping: ColumnMapping) -> list[Column]:
    return [
        Column(
            at,
            title or f"({at + 1})",
            list(dict.fromkeys(cell for cell in table.column(at) if cell))[:SAMPLES],
            at in table.personal,
            mapping.roles.get(at, IGNORE),
        )
        for at, title in enumerate(table.header)
    ]


def _entries(table: AnswerTable, mapping: ColumnMapping, frame: Frame) -> list[Entries]:
    names = roles_of(frame)
    found = []
    for at, role in mapping.roles.items():
        if role in {DAY, MARK}:
            continue
        chosen = mapping.values.get(at, {})
        entries = [
            (number, entry, chosen.get(entry, ""))
            for number, entry in enumerate(distinct(table, at))
        ]
        blank = _("tidak menjawab") if role.startswith(ITEM) else _("tidak dipakai")
        choices = {**meanings(role, frame), BLANK: blank}
        found.append(Entries(at, table.header[at], names[role], entries, choices, role))
    return found


def _grouped(problems: list[SurveyError]) -> list[Problem]:
    """The problems in order, those that say the same of one column with all their rows."""
    found: dict[tuple[str | None, str], list[int]] = {}
    for one in problems:
        lines = found.setdefault((one.where.field, one.text(message_language())), [])
        if one.where.line is not None:
            lines.append(one.where.line)
    return [Problem(lines, column, text) for (column, text), lines in found.items()]
