"""The running tally of a survey: what its newest seal stores and its results are read from."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

import survey_app.ledger.messages  # noqa: F401  registers the words of the errors raised here
from analysis.masked import count_masked
from analysis.tally import Tally, tally_answers
from instruments import Instrument
from instruments.errors import SurveyError
from survey_app.ledger.leaves import canonical

# One cell for each "channel|service", one for each "question|option" of the profile, and one
# for each masked question, over all channels and services.
RunningTally = dict[str, dict[str, Tally]]
PARTS = ("cells", "profile", "masked")
# Seals of surveys without masked questions read as those from before there were any.
OPTIONAL_PARTS = frozenset({"masked"})


class Answered(Protocol):
    """The columns of a response that a tally needs."""

    @property
    def id(self) -> bytes:
        """The random id."""

    @property
    def channel(self) -> str:
        """How the answer reached us."""

    @property
    def service_id(self) -> int | None:
        """The service it is about."""

    @property
    def answers(self) -> str | None:
        """Canonical JSON; null after an erasure."""

    @property
    def profile(self) -> str | None:
        """Canonical JSON; null after an erasure."""


def no_tally() -> RunningTally:
    """The running tally of nobody."""
    return {part: {} for part in PARTS}


def read_tally(text: str | None) -> RunningTally:
    """The running tally that a seal stores; of nobody where there is no seal."""
    content: dict[str, Any] = json.loads(text) if text else {}
    return {
        part: {name: Tally.from_dict(tally) for name, tally in content.get(part, {}).items()}
        for part in PARTS
    }


def write_tally(running: RunningTally) -> str:
    """Canonical JSON of a running tally."""
    return canonical(
        {
            part: {name: tally.to_dict() for name, tally in cells.items()}
            for part, cells in running.items()
            if cells or part not in OPTIONAL_PARTS
        }
    )


def add_tallies(first: RunningTally, second: RunningTally) -> RunningTally:
    """Cell by cell sum of two running tallies."""
    total = {part: dict(first[part]) for part in PARTS}
    for part in PARTS:
        for name, tally in second[part].items():
            total[part][name] = total[part][name] + tally if name in total[part] else tally
    return total


def tally_responses(
    instrument: Instrument, responses: Iterable[Answered], services: dict[int, str]
) -> RunningTally:
    """The running tally of a batch alone; erased answers do not count.

    Raises SurveyError naming a response whose answers cannot be read.
    """
    cells: dict[str, list[dict[str, int | None]]] = defaultdict(list)
    profile: dict[str, list[dict[str, int | None]]] = defaultdict(list)
    masked: list[dict[str, int | None]] = []
    for response in responses:
        if response.answers is None:
            continue
        try:
            answers = dict(json.loads(response.answers))
            choices = dict(json.loads(response.profile or "{}"))
        except (ValueError, TypeError) as error:
            raise SurveyError("response-unreadable", id=response.id.hex()) from error
        masked.append({c: answers.pop(c) for c in instrument.masked_codes if c in answers})
        service = services.get(response.service_id, "") if response.service_id else ""
        cells[f"{response.channel}|{service}"].append(answers)
        for question, option in choices.items():
            profile[f"{question}|{option}"].append(answers)
    return {
        "cells": {name: tally_answers(instrument, rows) for name, rows in cells.items()},
        "profile": {name: tally_answers(instrument, rows) for name, rows in profile.items()},
        "masked": count_masked(instrument, masked),
    }


def tally_digest(salt: bytes, tally: str) -> bytes:
    """What a head says of a tally; salted, so that a small batch cannot be guessed from it."""
    return hashlib.sha256(salt + tally.encode()).digest()
