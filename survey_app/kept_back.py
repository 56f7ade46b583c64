"""Leaves out of a group's result what disclosure control keeps back of single items."""

from collections.abc import Collection
from fractions import Fraction
from typing import Any

from analysis.index import round_half_up

FIGURES = ("n", "mean", "se", "ci", "weighted", "score100", "grade")
REASON = "protected"


def keep_back(content: dict[str, Any], kept: Collection[str]) -> dict[str, Any]:
    """A group's result (the shape of `compute --format json`) without what is kept back.

    Kept items have no figures and the reason `hidden`, the same for all, for "everybody
    agreed" would itself tell. The index stays, rounded as people read it: at full precision it
    would solve for the items that are missing. `kept_back` lists them.
    """
    if not kept:
        return content
    items = [_without_figures(item) if item["code"] in kept else item for item in content["items"]]
    return content | {
        "items": items,
        "index": content["index"] and _rounded(content["index"]),
        "reliability": {"alpha": None},
        "kept_back": [item["code"] for item in items if "hidden" in item],
    }


def _without_figures(item: dict[str, Any]) -> dict[str, Any]:
    return item | dict.fromkeys(FIGURES) | {"counts": {}, "hidden": REASON}


def _rounded(index: dict[str, Any]) -> dict[str, Any]:
    ends = index["ci"] and [_round(end, 1) for end in index["ci"]]
    rounded = {
        "value": index["score100"] / 25,
        "se": None if index["se"] is None else _round(index["se"], 1),
        "ci": ends,
    }
    if "raw_mean" in index:
        rounded["raw_mean"] = _round(index["raw_mean"], 2)
    return index | rounded


def _round(value: float, places: int) -> float:
    return float(round_half_up(Fraction(value), places))
