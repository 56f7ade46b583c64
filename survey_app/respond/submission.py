"""Turns a form or a JSON body into a valid submission, or names every field that is wrong."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from werkzeug.datastructures import MultiDict

import survey_app.respond.staff_messages  # noqa: F401  registers the words of a refusal
from instruments import Instrument
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.masked import NO, YES
from survey_app.ledger.accept import Submission
from survey_app.respond.links import Target
from survey_app.store.tables import Channel
from survey_app.web.languages import LANGUAGES

_SUBMISSION_ID = re.compile(r"^[A-Za-z0-9_-]{22}$")
_WHOLE = re.compile(r"^[0-9]{1,3}$")
HONEYPOT = "website"
AS_IT_IS = "apa_adanya"
BEGUN = "begun"
TICKET = "ticket"
WORK = "work"
SWITCHING = "ganti_bahasa"
FORM_FIELDS = frozenset(
    {"submission_id", "comment", "language", "service", TICKET, HONEYPOT, AS_IT_IS, BEGUN}
    | {SWITCHING, WORK}
)
JSON_FIELDS = frozenset(
    {"submission_id", "answers", "profile", "comment", "language", "service", TICKET, WORK}
)


class BodyError(SurveyError):
    """A body that is no JSON object at all."""

    http_status = 400


@dataclass
class Draft:
    """What was sent, as far as it could be read, with what is wrong with it."""

    submission_id: str = ""
    answers: dict[str, int | None] = field(default_factory=dict)
    masked: dict[str, int | None] = field(default_factory=dict)
    profile: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    language: str = "id"
    service: str = ""
    begun: str = ""
    ticket: str = ""
    work: str = ""
    faults: list[SurveyError] = field(default_factory=list)

    def refuse(self, code: str, name: str, **values: object) -> None:
        """Note a fault of one field."""
        self.faults.append(SurveyError(code, where=Where(field=name), **values))

    def fault_of(self, name: str) -> SurveyError | None:
        """The first fault of a field."""
        return next((fault for fault in self.faults if fault.where.field == name), None)

    @property
    def unanswered(self) -> list[str]:
        """Codes of items left blank, in the instrument's order."""
        return [code for code, answer in self.answers.items() if answer is None]

    def submission(self) -> Submission:
        """The valid submission. Raises SurveyErrors with every fault."""
        if self.faults:
            raise SurveyErrors(self.faults)
        return Submission(
            self.submission_id,
            self.answers | self.masked,
            self.profile,
            self.comment,
            self.language,
        )


def read_form(form: MultiDict[str, str], target: Target, comment_maximum: int) -> Draft:
    """A draft from form fields; every good answer is kept even where others are faulty."""
    instrument, draft = target.instrument, Draft()
    known = FORM_FIELDS | set(instrument.codes) | {q.code for q in instrument.profile}
    known |= set(instrument.masked_codes)
    for name in form:
        if name not in known:
            draft.refuse("field-unknown", name[:60])
        elif len(form.getlist(name)) > 1:
            draft.refuse("field-repeated", name)
    for code in instrument.codes:
        draft.answers[code] = _answer(draft, code, _number(form, code), instrument)
    for code in instrument.masked_codes:
        draft.masked[code] = _masked_answer(draft, code, _number(form, code))
    for question in instrument.profile:
        _take_option(draft, question.code, form.get(question.code, ""), question.codes)
    _take_common(draft, dict(form), target, comment_maximum)
    draft.begun = form.get(BEGUN, "")
    if form.get(HONEYPOT):
        draft.refuse("robot", HONEYPOT)
    return draft


def read_json(body: bytes, target: Target, comment_maximum: int) -> Draft:
    """A draft from a JSON body. Raises BodyError where it is no JSON object."""
    content = _parse(body)
    instrument, draft = target.instrument, Draft()
    for name in content.keys() - JSON_FIELDS:
        draft.refuse("field-unknown", name[:60])
    answers = _part(draft, content, "answers")
    profile = _part(draft, content, "profile")
    for name in answers.keys() - set(instrument.codes) - set(instrument.masked_codes):
        draft.refuse("field-unknown", f"answers.{name[:60]}")
    for code in instrument.codes:
        draft.answers[code] = _answer(draft, code, answers.get(code), instrument)
    for code in instrument.masked_codes:
        draft.masked[code] = _masked_answer(draft, code, answers.get(code))
    questions = {question.code: question for question in instrument.profile}
    for name, value in profile.items():
        if name not in questions:
            draft.refuse("field-unknown", f"profile.{name[:60]}")
        elif value is not None:
            _take_option(draft, name, value, questions[name].codes)
    _take_common(draft, content, target, comment_maximum)
    return draft


def _answer(draft: Draft, code: str, value: object, instrument: Instrument) -> int | None:
    low, high = instrument.scale.minimum, instrument.scale.maximum
    if value is None:
        return None
    # bool is an int to Python and never an answer.
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        draft.refuse("answer-invalid", code, low=low, high=high)
        return None
    return value


def _masked_answer(draft: Draft, code: str, value: object) -> int | None:
    if value is None:
        return None
    # bool is an int to Python and never an answer.
    if isinstance(value, bool) or not isinstance(value, int) or value not in {NO, YES}:
        draft.refuse("answer-invalid", code, low=NO, high=YES)
        return None
    return value


def _number(form: MultiDict[str, str], code: str) -> int | str | None:
    text = form.get(code, "").strip()
    return int(text) if _WHOLE.match(text) else text or None


def _take_option(draft: Draft, name: str, value: object, options: tuple[str, ...]) -> None:
    if value == "":
        return
    if value not in options:
        draft.refuse("option-invalid", name)
    else:
        draft.profile[name] = str(value)


def _take_common(
    draft: Draft, content: dict[str, Any], target: Target, comment_maximum: int
) -> None:
    draft.submission_id = _text(draft, content, "submission_id")
    if not _SUBMISSION_ID.match(draft.submission_id):
        draft.refuse("submission-id-invalid", "submission_id")
    draft.comment = _text(draft, content, "comment").strip()
    if draft.comment and target.instrument.is_for_staff:
        draft.refuse("comment-not-asked", "comment")
    if len(draft.comment) > comment_maximum:
        length = len(draft.comment)
        draft.refuse("comment-long", "comment", actual=length, maximum=comment_maximum)
    draft.language = _text(draft, content, "language") or "id"
    if draft.language not in LANGUAGES:
        draft.refuse("option-invalid", "language")
    draft.service = _text(draft, content, "service")
    if draft.service and draft.service not in {service[1] for service in target.services}:
        draft.refuse("option-invalid", "service")
    draft.ticket = _text(draft, content, TICKET).strip()[:40]
    draft.work = _text(draft, content, WORK)[:40]
    if target.channel == Channel.TICKET and not draft.ticket:
        draft.refuse("ticket-missing", TICKET)
    if all(answer is None for answer in draft.answers.values()) and not draft.faults:
        draft.refuse("no-answers", "answers")


def _text(draft: Draft, content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        draft.refuse("field-kind", name, kind="teks")
        return ""
    # PostgreSQL stores no NUL, and a lone surrogate is not text.
    clean = value.replace("\r\n", "\n").replace("\0", "")
    try:
        clean.encode()
    except UnicodeEncodeError:
        draft.refuse("field-kind", name, kind="teks Unicode")
        return ""
    return clean


def _part(draft: Draft, content: dict[str, Any], name: str) -> dict[str, Any]:
    value = content.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        draft.refuse("field-kind", name, kind="objek JSON")
        return {}
    return value


def _parse(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise BodyError("body-malformed", reason=_reason(error)) from error
    if not isinstance(content, dict):
        raise BodyError("body-malformed", reason="bukan objek")
    return content


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"baris {error.lineno} kolom {error.colno}"
    return type(error).__name__


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("repeated key")
    return content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
