"""Who answered, and how, in a form that points at nobody: minimum groups, rounded counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.disclosure import presentable, round_count
from analysis.tally import Tally
from instruments import Instrument
from instruments.model import ProfileQuestion


@dataclass(frozen=True)
class Group:
    """One group with its rounded count; None where it is too small to be named."""

    label: str
    count: int | None


def profile_composition(
    instrument: Instrument, by_profile: Mapping[str, Mapping[str, Tally]], code: str
) -> list[Group]:
    """Answers by the choices of one profile question, in the form's order.

    Choices under ten, and those that subtraction would bring back, have no count.
    """
    question = next((one for one in instrument.profile if one.code == code), None)
    return _choices(question, by_profile.get(code, {})) if question else []


def _choices(question: ProfileQuestion, tallies: Mapping[str, Tally]) -> list[Group]:
    shown = presentable(tallies).shown
    return [
        Group(option.label, round_count(shown[option.code].n) if option.code in shown else None)
        for option in question.options
    ]
