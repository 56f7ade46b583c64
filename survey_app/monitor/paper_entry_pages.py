"""Where two people type a batch, each alone, and where a third settles what they differ on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from instruments import Instrument
from instruments.errors import SurveyError, SurveyErrors
from survey_app.accounts.access import requires, viewer
from survey_app.estimates import instrument_of
from survey_app.monitor.paper_pages import SETTLERS, STAFF, Page, act, blueprint, find
from survey_app.paper.acceptance import (
    Reason,
    list_differences,
    list_settled,
    settle_difference,
)
from survey_app.paper.batches import fetch_standing
from survey_app.paper.entry import (
    begin_entry,
    complete_entry,
    mark_rest_unused,
    own_sheets,
    record_sheet,
)
from survey_app.paper.questionnaire import shown_code
from survey_app.paper.sheets import (
    COMMENT,
    OUTCOME,
    Difference,
    PaperError,
    Question,
    Sheet,
    Value,
    read_sheet,
    sheet_questions,
)
from survey_app.store.tables import PaperBatch, SheetOutcome, Survey
from survey_app.web.context import context
from survey_app.web.languages import message_language

OUTCOMES = {
    SheetOutcome.ANSWERED: __("Terisi"),
    SheetOutcome.BLANK: __("Kosong"),
    SheetOutcome.SPOILED: __("Rusak atau tidak terbaca"),
    SheetOutcome.UNUSED: __("Tidak dibagikan atau tidak kembali"),
}
REASONS = {
    Reason.FIRST_SLIPPED: __("Salah ketik pada entri pertama"),
    Reason.SECOND_SLIPPED: __("Salah ketik pada entri kedua"),
    Reason.BOTH_SLIPPED: __("Keduanya salah ketik"),
    Reason.UNCLEAR: __("Tanda di lembar tidak jelas, dibaca bersama"),
}


@dataclass(frozen=True)
class Row:
    """One difference as the page shows it; `standing` is what was settled, typed out."""

    name: str
    label: str
    hint: str
    first: str
    second: str
    standing: str | None


def init_app(app: Flask) -> None:
    """Register the paper desk: the batches and, on the same blueprint, their entries."""
    app.register_blueprint(blueprint)


@blueprint.post("/meja/survei/<key>/kertas/<code>/entri")
@requires(*STAFF)
def begin(key: str, code: str) -> AnyResponse:
    """Begin an entry, or go on with one's own."""
    parts, account = context(), viewer().account

    def start(session: Session, survey: Survey, found: PaperBatch) -> str:
        begin_entry(session, survey, found, account, parts.clock())
        return ""

    return act(key, code, start, follow=lambda: url_for("paper.entry", key=key, code=code))


@blueprint.get("/meja/survei/<key>/kertas/<code>/entri")
@requires(*STAFF)
def entry(key: str, code: str) -> Page:
    """One's own entry at the next sheet, or at one that is asked for."""
    asked = request.args.get("lembar", "")
    return _entry(key, code, int(asked) if asked.isdecimal() and len(asked) < 5 else None)


@blueprint.post("/meja/survei/<key>/kertas/<code>/entri/<int:number>")
@requires(*STAFF)
def type_(key: str, code: str, number: int) -> Page:
    """Keep one sheet as it was typed and go on to the next."""
    parts, account, typed = context(), viewer().account, dict(request.form)
    try:
        with parts.store.write() as session:
            survey, found = find(session, key, code)
            instrument = instrument_of(session, survey)
            maximum = parts.settings.comment_maximum
            sheet = read_sheet(number, typed, instrument, maximum)
            record_sheet(session, found, account, number, sheet, instrument, maximum)
    except PaperError as error:
        flash(error.text(message_language()), "error")
        return redirect(url_for("paper.batch", key=key, code=code))
    except SurveyErrors as error:
        return _entry(key, code, number, typed, error.errors)
    return redirect(url_for("paper.entry", key=key, code=code))


@blueprint.post("/meja/survei/<key>/kertas/<code>/entri/sisa")
@requires(*STAFF)
def rest(key: str, code: str) -> AnyResponse:
    """Call every sheet that is left unused."""
    account = viewer().account

    def mark(session: Session, _survey: Survey, found: PaperBatch) -> str:
        count = mark_rest_unused(session, found, account)
        return str(_("%(n)s lembar dicatat tidak dibagikan atau tidak kembali.", n=count))

    return act(key, code, mark, follow=lambda: url_for("paper.entry", key=key, code=code))


@blueprint.post("/meja/survei/<key>/kertas/<code>/entri/selesai")
@requires(*STAFF)
def complete(key: str, code: str) -> AnyResponse:
    """Declare one's entry complete."""
    parts, account = context(), viewer().account

    def finish(session: Session, _survey: Survey, found: PaperBatch) -> str:
        complete_entry(session, found, account, parts.clock())
        return str(_("Entri Anda selesai dan tidak dapat diubah lagi."))

    return act(key, code, finish)


@blueprint.get("/meja/survei/<key>/kertas/<code>/beda")
@requires(*SETTLERS)
def differences(key: str, code: str) -> Page:
    """Where the entries differ, by sheet, for a person who typed neither."""
    account = viewer().account
    try:
        with context().store.read() as session:
            survey, found = find(session, key, code, *SETTLERS)
            if fetch_standing(session, found).entry_of(account):
                raise PaperError("paper-own-difference")
            instrument = instrument_of(session, survey)
            rows = _rows(session, found, instrument)
    except PaperError as error:
        flash(error.text(message_language()), "error")
        return redirect(url_for("paper.batch", key=key, code=code))
    return render_template(
        "monitor/paper_differences.html",
        survey=survey,
        batch=found,
        shown=shown_code(found.code),
        rows=rows,
        reasons=REASONS,
        outcomes=OUTCOMES,
        names=(OUTCOME, COMMENT),
    )


@blueprint.post("/meja/survei/<key>/kertas/<code>/beda/<int:number>")
@requires(*SETTLERS)
def settle(key: str, code: str, number: int) -> AnyResponse:
    """Settle the differences of one sheet for which a reason was chosen."""
    parts, account, sent = context(), viewer().account, request.form

    def decide(session: Session, survey: Survey, found: PaperBatch) -> str:
        instrument = instrument_of(session, survey)
        names = [name.removeprefix("alasan-") for name in sent if name.startswith("alasan-")]
        chosen = [name for name in names if sent[f"alasan-{name}"]]
        for name in chosen:
            value = _read_value(instrument, name, sent.get(f"isi-{name}", ""))
            reason = sent[f"alasan-{name}"]
            settle_difference(
                session, found, instrument, number, name, value, reason, account, parts.clock()
            )
        words = _("%(n)s perbedaan pada lembar %(sheet)s diputuskan.", n=len(chosen), sheet=number)
        return str(words)

    there = url_for("paper.differences", key=key, code=code)
    return act(key, code, decide, SETTLERS, follow=lambda: there)


def _entry(
    key: str,
    code: str,
    asked: int | None,
    typed: Mapping[str, str] | None = None,
    faults: list[SurveyError] | None = None,
) -> Page:
    account = viewer().account
    with context().store.read() as session:
        survey, found = find(session, key, code)
        own = fetch_standing(session, found).entry_of(account)
        if own is None or own.is_complete:
            return redirect(url_for("paper.batch", key=key, code=code))
        instrument = instrument_of(session, survey)
        done = own_sheets(session, found, account)
    left = [number for number in range(1, found.sheets + 1) if number not in done]
    number = asked if asked and asked <= found.sheets else next(iter(left), None)
    questions = sheet_questions(instrument)
    shown = typed if typed is not None else _typed(done.get(number or 0), questions)
    page = render_template(
        "monitor/paper_entry.html",
        survey=survey,
        batch=found,
        shown=shown_code(found.code),
        number=number,
        done=done,
        left=left,
        questions=questions,
        numbered=len(instrument.items) + len(instrument.masked),
        typed=shown,
        faults=[fault.text(message_language()) for fault in faults or []],
        places=[str(fault.where) for fault in faults or []],
        outcomes=OUTCOMES,
        comment_maximum=context().settings.comment_maximum,
    )
    return (page, 422) if faults else page


def _typed(sheet: Sheet | None, questions: list[Question]) -> dict[str, str]:
    """A sheet as the digits that were typed for it."""
    if sheet is None:
        return {}
    digits = {
        question.code: _digit(question, sheet.values.get(question.code)) for question in questions
    }
    return digits | {COMMENT: sheet.comment, OUTCOME: str(sheet.outcome)}


def _digit(question: Question, value: Value) -> str:
    return next((str(n) for n, _words, one in question.boxes if one == value), "")


def _rows(session: Session, found: PaperBatch, instrument: Instrument) -> dict[int, list[Row]]:
    questions = {question.code: question for question in sheet_questions(instrument)}
    waiting = [(one, False, None) for one in list_differences(session, found, instrument)]
    settled: list[Any] = [
        (one, True, value) for one, value in list_settled(session, found, instrument)
    ]
    rows: dict[int, list[Row]] = {}
    for one, is_settled, value in sorted([*waiting, *settled], key=lambda row: row[0].sheet):
        rows.setdefault(one.sheet, []).append(_row(one, questions, is_settled, value))
    return rows


def _row(one: Difference, questions: Mapping[str, Question], is_settled: bool, value: Value) -> Row:
    question = questions.get(one.name)
    if question is None:
        label = _("Keadaan lembar") if one.name == OUTCOME else _("Saran")
        first, second = (_words(one.name, read) for read in (one.first, one.second))
        return Row(one.name, label, "", first, second, str(value or "") if is_settled else None)
    return Row(
        one.name,
        question.label,
        " · ".join(f"{n} {words}" for n, words, _value in question.boxes),
        question.words_of(one.first),
        question.words_of(one.second),
        _digit(question, value) if is_settled else None,
    )


def _words(name: str, value: Value) -> str:
    if name == OUTCOME:
        return str(OUTCOMES[SheetOutcome(str(value))])
    return str(value or "–")


def _read_value(instrument: Instrument, name: str, typed: str) -> Value:
    if name in (OUTCOME, COMMENT):
        return " ".join(typed.replace("\0", "").split()) or None
    for question in sheet_questions(instrument):
        if question.code == name:
            return question.value_of(typed)
    return None
