"""A survey's result kept apart by channel: who came which way, and what each way found.

The official index counts every respondent once, whichever way the answer came. Beside it stand
the share of each channel and, once the survey is closed, the index of each, so that an open
link that says something else than the tickets is seen at once.
"""

from fractions import Fraction
from itertools import chain, combinations
from typing import Any

from flask_babel import lazy_gettext as _

from analysis.disclosure import MINIMUM, is_uniform
from analysis.figures import Options, group_result
from analysis.index import round_half_up
from analysis.inference import simple_design
from analysis.tally import Tally
from instruments import Instrument
from survey_app.ledger.results import OTHERS, SurveyTallies, channel_counts
from survey_app.store.tables import Channel

Cells = dict[tuple[str, str], Tally]

CHANNEL_WORDS: dict[str, Any] = {
    Channel.TICKET: _("tiket sekali pakai"),
    Channel.LOBBY: _("kode lobi"),
    Channel.KIOSK: _("kios"),
    Channel.OPEN: _("tautan terbuka"),
    Channel.ASSISTED: _("dibantu petugas"),
    Channel.PAPER: _("kertas"),
    Channel.IMPORTED: _("impor"),
    OTHERS: _("saluran lain"),
}
ORDER = tuple(CHANNEL_WORDS)


def channel_word(channel: str) -> str:
    """A channel as readers know it."""
    return str(CHANNEL_WORDS[channel])


def channel_results(
    tallies: SurveyTallies, instrument: Instrument, *, is_open: bool
) -> list[dict[str, Any]]:
    """Each channel with its count, its share of all answers, and its index where shown.

    Channels of a few are one row together, as in `channel_counts`. An index is left out, with
    the reason `open` or `complement`, where it or what it leaves over would tell on somebody;
    that takes in what the results of services, shown beside it, would leave over. It has the
    decimals that people read and no more, for what is more could be solved for single items.
    """
    counts = channel_counts(tallies)
    is_safe = is_crossing_safe(_pooled(tallies.by_cell, counts))
    reason = "open" if is_open else "" if is_safe else "complement"
    return [
        {"channel": str(channel), "n": counts[channel], "share": counts[channel] / tallies.whole.n}
        | _index_or_reason(
            tallies.by_channel.get(channel), instrument, "few" if channel == OTHERS else reason
        )
        for channel in ORDER
        if channel in counts
    ]


def is_crossing_safe(cells: Cells, minimum: int = MINIMUM) -> bool:
    """Whether sums by channel beside sums by service leave over no group that is too small.

    A reader may take any channels from the services that they touch, or from any channels the
    services that lie wholly inside: what is left must be nobody, or enough and not all alike.
    """
    names = sorted({channel for channel, _service in cells})
    subsets = chain.from_iterable(combinations(names, size) for size in range(1, len(names)))
    return all(_leaves_enough(cells, frozenset(chosen), minimum) for chosen in subsets)


def _pooled(cells: Cells, counts: dict[str, int]) -> Cells:
    """The cells with the channels of a few as one."""
    pooled: Cells = {}
    for (channel, service), tally in cells.items():
        place = channel if channel in counts else OTHERS, service
        pooled[place] = pooled[place] + tally if place in pooled else tally
    return pooled


def _leaves_enough(cells: Cells, chosen: frozenset[str], minimum: int) -> bool:
    inside = {place for place, tally in cells.items() if place[0] in chosen and tally.n}
    outside = {place for place, tally in cells.items() if place[0] not in chosen and tally.n}
    touched, foreign = {place[1] for place in inside}, {place[1] for place in outside}
    beyond = [cells[place] for place in outside if place[1] in touched]
    within = [cells[place] for place in inside if place[1] in foreign]
    return _is_enough(beyond, minimum) and _is_enough(within, minimum)


def _is_enough(parts: list[Tally], minimum: int) -> bool:
    if not parts:
        return True
    together = sum(parts[1:], parts[0])
    return together.n >= minimum and not is_uniform(together)


def _index_or_reason(tally: Tally | None, instrument: Instrument, reason: str) -> dict[str, Any]:
    if reason or tally is None:
        return {"index": None, "reason": reason}
    group = group_result({}, tally, simple_design(tally, None), None, instrument, Options())
    index = group["index"]
    if index is None:
        return {"index": None, "reason": "undefined"}
    ends = index["ci"] and [float(round_half_up(Fraction(end), 1)) for end in index["ci"]]
    kept = {name: index[name] for name in ("code", "score100", "grade", "label")}
    return {"index": kept | {"ci": ends}}
