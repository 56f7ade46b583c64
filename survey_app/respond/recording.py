"""The one way into the ledger for citizens' answers: checks of the channel, insert, counts."""

from datetime import datetime, timedelta

from flask import current_app

from survey_app.clock import day_in
from survey_app.ledger.accept import (
    Acceptance,
    Origin,
    is_recorded,
    prepare_rows,
    record_prepared,
)
from survey_app.ledger.arrivals import count_arrival, describe_arrival
from survey_app.respond.effort import EXEMPT, PostRates, require_work
from survey_app.respond.entry import Visit, admit
from survey_app.respond.kiosk_pages import presented_pass
from survey_app.respond.links import LinkGoneError, Target, read_begun, require_open
from survey_app.respond.submission import Draft
from survey_app.web.context import context


def record_answer(target: Target, draft: Draft, puzzle: str = "", work: str = "") -> Acceptance:
    """Record a valid draft once, with what its channel asks for, all in one transaction.

    `puzzle` and `work` are those of a sealed answer; a plain one carries its own. Raises
    SurveyErrors, LinkGoneError, EffortError, TicketError, EntryError, SubmissionConflictError.
    """
    parts = context()
    service = target.find_service(draft.service)
    origin = Origin(
        survey_id=target.survey_id,
        survey_key=target.survey_key,
        service_id=service[0] if service else None,
        service_code=service[1] if service else None,
        channel=target.channel,
        day=day_in(target.timezone, parts.clock()),
        instrument_sha256=target.instrument.sha256,
    )
    submission = draft.submission()
    _require_work(target, puzzle or draft.submission_id, work or draft.work)
    rows = prepare_rows(origin, submission, parts.receipt_key)
    visit = visit_of(target, draft)
    with parts.store.write() as session:
        try:
            require_open(session, target.code, begun_since(target, draft))
        except LinkGoneError:
            # The answer may have been counted before closing and only its reply lost.
            if is_recorded(session, rows):
                return Acceptance(rows.receipt, is_new=False, masked=rows.masked)
            raise
        accepted = record_prepared(session, rows)
        if accepted.is_new:
            admit(session, target, draft.ticket, parts.receipt_key, visit)
            # Last, because on PostgreSQL this row is held until the commit.
            arrival = describe_arrival(
                target.survey_id, target.channel, draft.answers, visit.opened_at, visit.now
            )
            count_arrival(session, arrival, visit.now)
        return accepted


def visit_of(target: Target, draft: Draft) -> Visit:
    """The moment and device of this request, as the channel's rules need them."""
    parts = context()
    return Visit(
        now=parts.clock(),
        day=day_in(target.timezone, parts.clock()),
        opened_at=read_begun(parts.receipt_key, target.survey_id, target.code, draft.begun),
        grace=timedelta(hours=parts.settings.late_grace_hours),
        kiosk_pass=presented_pass(),
    )


def begun_since(target: Target, draft: Draft) -> datetime | None:
    """How long ago an answer may have been begun; None where its page does not vouch for it."""
    visit = visit_of(target, draft)
    return visit.now - visit.grace if visit.opened_at else None


def _require_work(target: Target, puzzle: str, work: str) -> None:
    parts = context()
    if target.channel not in EXEMPT and parts.settings.ratelimit == "on":
        rates: PostRates = current_app.extensions["post_rates"]
        require_work(rates, target.code, puzzle, work, parts.clock())
