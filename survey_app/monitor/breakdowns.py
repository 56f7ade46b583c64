"""Results of parts of a survey's respondents, as far as disclosure control lets them be shown.

While a survey is open there are none: a part grows by one answer at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from analysis.differencing import remainder
from analysis.disclosure import presentable, tables_of
from analysis.figures import Options, group_result
from analysis.inference import simple_design
from analysis.tally import Tally
from instruments import Instrument
from survey_app.ledger.results import SurveyTallies


@dataclass(frozen=True)
class Group:
    """One part: its answers and index, or the reason why it is kept back."""

    label: str
    n: int | None
    index: dict[str, Any] | None
    reason: str = ""


@dataclass(frozen=True)
class Breakdown:
    """All respondents parted by one question."""

    code: str
    title: str
    groups: tuple[Group, ...]

    @property
    def is_shown(self) -> bool:
        """Whether at least one part may be shown."""
        return any(group.index for group in self.groups)

    @property
    def scores(self) -> list[tuple[str, dict[str, Any]]]:
        """Parts with an index, in the order of the question."""
        return [(group.label, group.index) for group in self.groups if group.index]


def break_down(
    tallies: SurveyTallies,
    instrument: Instrument,
    services: Mapping[str, str],
    channels: Mapping[str, str],
    populations: Mapping[str, int],
    minimum: int,
) -> list[Breakdown]:
    """By service, by channel, then by every profile question of the instrument.

    `services` and `channels` are names by code, `populations` users by service code.
    """
    parts = {
        "service": ("layanan", _("Layanan"), services, tallies.by_service, populations),
        "channel": ("saluran", _("Saluran"), channels, tallies.by_channel, {}),
    }
    for question in instrument.profile:
        labels = {option.code: option.label for option in question.options}
        own = tallies.by_profile.get(question.code, {})
        parts[f"profile:{question.code}"] = (question.code, question.label, labels, own, {})
    tables = [parts[name] for name in tables_of(instrument) if name != "whole"]
    return [
        Breakdown(code, title, _groups(tallies.whole, found, labels, sizes, instrument, minimum))
        for code, title, labels, found, sizes in tables
        if found
    ]


def reason_words(reason: str, minimum: int) -> str:
    """Why a group is kept back, for a reader."""
    words: dict[str, str] = {
        "few": _("Disembunyikan: kurang dari %(n)s jawaban.", n=minimum),
        "uniform": _("Disembunyikan: semua menjawab sama, jadi angkanya menyebut jawaban orang."),
        "complement": _("Disembunyikan: dengan ini kelompok kecil dapat dihitung dari selisih."),
    }
    return words.get(reason) or str(_("Disembunyikan untuk melindungi responden."))


def _groups(
    whole: Tally,
    found: Mapping[str, Tally],
    labels: Mapping[str, str],
    populations: Mapping[str, int],
    instrument: Instrument,
    minimum: int,
) -> tuple[Group, ...]:
    rest = remainder(whole, found.values())
    shown = presentable({**found, "": rest}, minimum)
    groups = []
    for code in [code for code in labels if code in found] + [c for c in found if c not in labels]:
        label = labels.get(code, code)
        if code in shown.shown:
            size = populations.get(code)
            groups.append(_shown(label, found[code], size, instrument))
        elif code in shown.hidden:
            groups.append(Group(label, None, None, reason_words(shown.hidden[code], minimum)))
    if rest.n:
        groups.append(_unsaid(rest, shown.hidden.get(""), instrument, minimum))
    return tuple(groups)


def _shown(label: str, tally: Tally, population: int | None, instrument: Instrument) -> Group:
    size = population if population is not None and population >= tally.n else None
    result = group_result({}, tally, simple_design(tally, size), size, instrument, Options())
    return Group(label, tally.n, result["index"], result.get("reason", ""))


def _unsaid(rest: Tally, reason: str | None, instrument: Instrument, minimum: int) -> Group:
    label = _("Tidak disebutkan")
    if reason is None:
        return _shown(label, rest, None, instrument)
    return Group(label, None, None, reason_words(reason, minimum))
