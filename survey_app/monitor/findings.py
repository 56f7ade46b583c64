"""What a survey's result says, ready to be shown: figures, sentences and pictures.

Everything is read from one seal; while the survey is open that is a step behind the newest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from analysis.drivers import find_drivers
from analysis.grade_change import (
    GradeChange,
    UnsurChange,
    answers_to_settle,
    edge_of,
    grade_above,
    grade_below,
)
from analysis.index import conversion_of, to_scale4
from analysis.pictures import Mark, trend_picture, unsur_picture
from analysis.priorities import Priorities, Quadrant, find_priorities
from analysis.reliability import alpha_interval
from analysis.tally import Tally
from analysis.unsur_pictures import (
    Place,
    levels_picture,
    priority_picture,
    units_picture,
    verdict_picture,
)
from instruments import Instrument
from survey_app.estimates import instrument_of, service_populations, survey_result
from survey_app.ledger.results import survey_tallies
from survey_app.monitor.breakdowns import Breakdown, break_down
from survey_app.monitor.comparisons import Agency, Period, fetch_agency, list_periods
from survey_app.publish.queries import service_names
from survey_app.publish.routes import ranked_items
from survey_app.store.tables import Channel, Survey, SurveyState
from survey_app.web.pages import angka


@dataclass(frozen=True)
class Findings:
    """One survey's result with everything that its page and its exports say."""

    instrument: Instrument
    result: dict[str, Any]
    ranked: list[dict[str, Any]]
    above: GradeChange | None
    below: GradeChange | None
    to_settle: int | None
    priorities: Priorities | None
    importance: Mapping[str, float | None]
    alpha_interval: tuple[float | None, float | None]
    breakdowns: list[Breakdown]
    periods: list[Period]
    agency: Agency
    pictures: Mapping[str, Markup]

    @property
    def whole(self) -> dict[str, Any]:
        """The group of all respondents."""
        group: dict[str, Any] = self.result["groups"][0]
        return group

    @property
    def index(self) -> dict[str, Any]:
        """The index of all respondents."""
        index: dict[str, Any] = self.whole["index"]
        return index

    @property
    def answer_count(self) -> int:
        """Answers to all unsur together."""
        return sum(item["n"] for item in self.whole["items"])

    def unsur_change(self, code: str) -> UnsurChange | None:
        """What one unsur alone would need for the next grade."""
        changes = self.above.unsur if self.above else ()
        return next((one for one in changes if one.code == code), None)


def channel_names() -> dict[str, str]:
    """Channels as readers know them."""
    return {
        Channel.OPEN: _("Tautan terbuka"),
        Channel.TICKET: _("Tiket sekali pakai"),
        Channel.LOBBY: _("Kode lobi"),
        Channel.KIOSK: _("Kios"),
        Channel.ASSISTED: _("Dibantu petugas"),
        Channel.PAPER: _("Kertas"),
        Channel.IMPORTED: _("Impor"),
    }


def quadrant_names() -> dict[Quadrant, str]:
    """Corners of the importance-performance picture."""
    return {
        Quadrant.MEND: _("Prioritas utama"),
        Quadrant.KEEP: _("Pertahankan"),
        Quadrant.LATER: _("Prioritas rendah"),
        Quadrant.ENOUGH: _("Sudah memadai"),
    }


def find_out(session: Session, survey: Survey, minimum: int) -> Findings | None:
    """The findings of a survey; None while fewer than `minimum` sealed answers may be read."""
    result = survey_result(session, survey)
    whole = result["groups"][0]
    if whole["n"] < minimum or whole["index"] is None:
        return None
    instrument = instrument_of(session, survey)
    is_open = survey.state == SurveyState.OPEN
    tallies = survey_tallies(session, survey.id, instrument, is_open=is_open)
    kept = whole.get("kept_back", ())
    drivers = [one for one in find_drivers(tallies.whole, instrument) if one.code not in kept]
    priorities = find_priorities(drivers)
    periods = list_periods(session, survey, whole)
    agency = fetch_agency(session, survey)
    ranked = ranked_items(whole)
    breakdowns = [] if is_open else _breakdowns(session, survey, instrument, tallies, minimum)
    return Findings(
        instrument=instrument,
        result=result,
        ranked=ranked,
        above=grade_above(tallies.whole, instrument),
        below=grade_below(tallies.whole, instrument),
        to_settle=_to_settle(whole, instrument),
        priorities=priorities,
        importance={driver.code: driver.importance for driver in drivers},
        alpha_interval=_alpha_interval(whole["reliability"]["alpha"], tallies.whole),
        breakdowns=breakdowns,
        periods=periods,
        agency=agency,
        pictures=_pictures(survey, instrument, whole, ranked, priorities, periods, agency),
    )


def grade_sentence(index: dict[str, Any], instrument: Instrument) -> str:
    """Whether the grade is settled, and if not, which edges its interval crosses."""
    if not index["ci"]:
        return str(_("Ketidakpastian tidak dapat dihitung: tidak ada keragaman antarjawaban."))
    low, high = index["ci"]
    interval = f"{angka(low, 1)}–{angka(high, 1)}"
    if index["resolved"]:
        return str(_("Mutu pasti: seluruh selang %(i)s berada pada mutu ini.", i=interval))
    crossed = [
        angka(band.minimum)
        for band in sorted(instrument.index.bands, key=lambda band: band.minimum)
        if low < float(edge_of(band.minimum)) <= high
    ]
    edges = _(" dan ").join(crossed)
    return str(_("Mutu belum pasti: selang %(i)s melintasi batas %(e)s.", i=interval, e=edges))


def reliability_sentence(alpha: float) -> str:
    """What an alpha means for this questionnaire, in plain words."""
    if alpha < 0.6:
        return str(_("Jawaban antarunsur kurang sejalan: bacalah unsur satu per satu."))
    if alpha < 0.7:
        return str(_("Jawaban antarunsur cukup sejalan untuk dijadikan satu indeks."))
    if alpha < 0.95:
        return str(_("Jawaban antarunsur sejalan: unsur-unsur ini layak dijadikan satu indeks."))
    return str(
        _("Jawaban antarunsur hampir sama semua: pastikan formulir dibaca, bukan diisi asal.")
    )


def unsur_sign(instrument: Instrument, code: str) -> str:
    """U1…U9 by the regulation's list."""
    return f"U{instrument.item(code).number}"


def _breakdowns(
    session: Session, survey: Survey, instrument: Instrument, tallies: Any, minimum: int
) -> list[Breakdown]:
    return break_down(
        tallies,
        instrument,
        service_names(session, survey.unit_id),
        channel_names(),
        service_populations(session, survey.id),
        minimum,
    )


def _alpha_interval(alpha: float | None, tally: Tally) -> tuple[float | None, float | None]:
    """As certain as the pair of items that the fewest answered both."""
    if alpha is None:
        return None, None
    return alpha_interval(alpha, int(tally.answered.min()), len(tally.items))


def _to_settle(whole: dict[str, Any], instrument: Instrument) -> int | None:
    index = whole["index"]
    if not index["ci"]:
        return None
    return answers_to_settle(
        index["value"] * 25, tuple(index["ci"]), instrument, whole["n"], whole["population"]
    )


def _pictures(
    survey: Survey,
    instrument: Instrument,
    whole: dict[str, Any],
    ranked: list[dict[str, Any]],
    priorities: Priorities | None,
    periods: list[Period],
    agency: Agency,
) -> dict[str, Markup]:
    index = whole["index"]
    own = _mark(index, index["code"])
    pictures = {
        "index": verdict_picture(own, instrument.index.bands),
        "unsur": unsur_picture(
            [_item_mark(item, instrument) for item in ranked],
            _("Nilai tiap unsur, terendah di atas"),
        ),
        "levels": levels_picture(
            {item["label"]: _levels(item, instrument) for item in ranked},
            _("Sebaran jawaban tiap unsur"),
        ),
    }
    if priorities is not None:
        pictures["priorities"] = _priority_picture(instrument, priorities)
    if periods:
        marks = [_mark(one.index, one.period) for one in reversed(periods)]
        title = _("%(c)s dari waktu ke waktu", c=index["code"])
        pictures["periods"] = trend_picture([*marks, _mark(index, survey.period)], title)
    if agency.is_shown:
        title = _("Unit-unit %(a)s", a=agency.name)
        pictures["agency"] = units_picture(agency.scores, _mark(index, _("Unit ini")), title)
    return pictures


def _levels(item: dict[str, Any], instrument: Instrument) -> dict[int, int]:
    counts = item["counts"] or {}
    return {level: int(counts.get(str(level), 0)) for level in instrument.scale.values}


def _priority_picture(instrument: Instrument, priorities: Priorities) -> Markup:
    places = [
        Place(
            unsur_sign(instrument, one.code),
            instrument.item(one.code).label,
            one.performance,
            one.importance,
        )
        for one in priorities.unsur
    ]
    names = quadrant_names()
    order = (Quadrant.MEND, Quadrant.KEEP, Quadrant.LATER, Quadrant.ENOUGH)
    lines = (priorities.performance_line, priorities.importance_line)
    return priority_picture(
        places, lines, [names[one] for one in order], _("Kepentingan dan kinerja unsur")
    )


def _mark(index: dict[str, Any], label: str) -> Mark:
    interval = (index["ci"][0], index["ci"][1]) if index["ci"] else None
    return Mark(label, index["score100"], interval, index["grade"])


def _item_mark(item: dict[str, Any], instrument: Instrument) -> Mark:
    return Mark(item["label"], item["score100"], points_of(item["ci"], instrument), item["grade"])


def points_of(ci: list[float] | None, instrument: Instrument) -> tuple[float, float] | None:
    """An interval on an unsur's own scale, in points of 100."""
    if not ci:
        return None
    rule = conversion_of(instrument)
    low, high = (float(to_scale4(Fraction(end), instrument, rule) * 25) for end in ci)
    return low, high
