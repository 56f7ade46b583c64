"""Who answered, and how, in a form that points at nobody: minimum groups, rounded counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.disclosure import MINIMUM, presentable, round_count
from analysis.tally import Tally
from instruments import Instrument
from instruments.model import ProfileQuestion

CHANNELS = {
    "open": "Tautan terbuka",
    "ticket": "Tiket sekali pakai",
    "lobby": "Kode di ruang tunggu",
    "kiosk": "Layar di tempat layanan",
    "assisted": "Dibantu petugas",
    "paper": "Kuesioner kertas",
    "imported": "Data yang diimpor",
}
OTHERS = "Saluran lain"


@dataclass(frozen=True)
class Group:
    """One group with its rounded count; None where it is too small to be named."""

    label: str
    count: int | None


def channel_composition(channels: Mapping[str, int]) -> list[Group]:
    """Answers by channel, largest first, rounded to 5; small channels go together.

    >>> [(g.label, g.count) for g in channel_composition({"open": 61, "kiosk": 7, "paper": 4})]
    [('Tautan terbuka', 60), ('Saluran lain', 10)]
    """
    ranked = sorted(((n, name) for name, n in channels.items() if n), reverse=True)
    small = [n for n, _ in ranked if n < MINIMUM]
    named = [(n, name) for n, name in ranked if n >= MINIMUM]
    while small and sum(small) < MINIMUM and len(named) > 1:
        small.append(named.pop()[0])
    shown = [Group(CHANNELS.get(name, name), round_count(n)) for n, name in named]
    rest = sum(small)
    if not rest:
        return shown
    return [*shown, Group(OTHERS, round_count(rest) if rest >= MINIMUM else None)]


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
