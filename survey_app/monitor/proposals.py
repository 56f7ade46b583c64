"""What a unit could take up first: the lowest unsur without a plan, with words to begin from."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from survey_app.monitor.follow_up_effect import POOR

LOWEST = 3


@dataclass(frozen=True)
class Proposal:
    """An unsur that asks for a plan, with its value and programmes to choose from."""

    code: str
    label: str
    score100: float
    grade: str
    programmes: tuple[str, ...]


def propose(result: dict[str, Any] | None, planned: Iterable[str]) -> list[Proposal]:
    """The three lowest unsur and every poor one (C or D), lowest first, without those planned."""
    taken = set(planned)
    items = result["groups"][0]["items"] if result else []
    known = [item for item in items if item["score100"] is not None]
    ranked = sorted(known, key=lambda item: (item["score100"], item["mean"]))
    wanted = [item for rank, item in enumerate(ranked) if rank < LOWEST or item["grade"] in POOR]
    return [
        Proposal(
            item["code"],
            item["label"],
            item["score100"],
            item["grade"],
            programmes_for(item["code"]),
        )
        for item in wanted
        if item["code"] not in taken
    ]


def programmes_for(code: str) -> tuple[str, ...]:
    """Programmes that others took up for an unsur; none for one that is not in the list."""
    return tuple(_programmes().get(code, ()))


@cache
def _programmes() -> dict[str, list[str]]:
    text = (files("survey_app.monitor") / "data" / "proposals.toml").read_text(encoding="utf-8")
    programmes: dict[str, list[str]] = tomllib.loads(text)["programmes"]
    return programmes
