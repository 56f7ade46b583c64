"""The overview of thousands of units: who surveyed, how they stand, what changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request

from analysis.funnel import INNER, OUTER, Funnel
from analysis.funnel_pictures import FunnelPoint, funnel_picture, score_steps, spread_picture
from analysis.pictures import Picture
from instruments.errors import SurveyError
from survey_app.accounts.access import requires, viewer
from survey_app.evaluate.line_choices import (
    PAGE_SIZE,
    Choice,
    filter_lines,
    first_index,
    read_choice,
    sort_lines,
)
from survey_app.evaluate.quality_cases import count_unusual
from survey_app.evaluate.unit_lines import (
    Line,
    Panorama,
    first_period,
    list_index_codes,
    list_periods,
    read_panorama,
)
from survey_app.spreadsheets import to_csv
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError

blueprint = Blueprint("unit_overview", __name__, template_folder="templates")

READERS = (Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
SIZES = (30, 50, 100, 200, 400, 1000)
COLUMNS = (
    *("unit", "nama_unit", "instansi", "survei", "periode", "indeks", "keadaan", "sasaran"),
    *("responden", "populasi", "skala_4", "nilai", "galat_baku", "selang_bawah", "selang_atas"),
    *("mutu", "mutu_pasti", "perubahan", "perubahan_nyata", "jarak_corong", "di_luar_corong"),
)


@dataclass(frozen=True)
class View:
    """Everything that the page shows of a choice; `lines` are those filtered, in order."""

    choice: Choice
    periods: list[str]
    codes: list[str]
    panorama: Panorama
    lines: list[Line]


@blueprint.get("/evaluasi/ikhtisar")
@requires(*READERS)
def overview() -> str:
    """One page of the table, with pictures and counts of all that the filters leave."""
    view = _view()
    published = [line for line in view.lines if line.score100 is not None]
    last = max(1, -(-len(view.lines) // PAGE_SIZE))
    page = min(view.choice.hal, last)
    lines = view.lines[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    with context().store.read() as session:
        unusual = count_unusual(session, [line.survey for line in lines if line.survey])
    return render_template(
        "evaluate/unit_overview.html",
        view=view,
        choice=view.choice,
        page=page,
        last_page=last,
        lines=lines,
        unusual=unusual,
        published=published,
        agencies=sorted({(one.agency_name, one.agency) for one in view.panorama.lines}),
        states=Counter(line.state for line in view.lines),
        grades=Counter(line.grade for line in published),
        funnel=_funnel(view.panorama.funnel, published),
        limits=_limits(view.panorama.funnel),
        spread=_spread(view.panorama, published),
        steps=score_steps([line.score100 or 0 for line in published]),
    )


@blueprint.get("/evaluasi/ikhtisar.csv")
@requires(*READERS)
def download() -> Response:
    """All lines that the filters leave, with unrounded figures."""
    view = _view()
    rows = [_row(line, view.choice) for line in view.lines]
    response = Response(to_csv(COLUMNS, rows), mimetype="text/csv")
    name = f"ikhtisar-{view.choice.indeks}-{view.choice.periode}.csv".lower()
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _view() -> View:
    asked = read_choice(request.args)
    with context().store.read() as session:
        periods = list_periods(session)
        begin = first_period(session) or (periods[0] if periods else "2026")
        period = asked.periode or begin
        codes = list_index_codes(session, period)
        index = asked.indeks.upper() or first_index(codes)
        visible = viewer().visible_unit_ids(session, *READERS)
        try:
            panorama = read_panorama(session, visible, period, index)
        except SurveyError as error:
            raise NotFoundError from error
    choice = Choice(**(asked.address() | {"periode": period, "indeks": index}))
    lines = sort_lines(filter_lines(panorama.lines, choice), choice.urut)
    return View(choice, periods, codes, panorama, lines)


def _funnel(funnel: Funnel | None, published: Sequence[Line]) -> Picture | None:
    if funnel is None or not published:
        return None
    points = [
        FunnelPoint(line.unit_name, line.n or 1, line.score100 or 0, line.is_outside)
        for line in published
    ]
    return funnel_picture(points, funnel, "Nilai unit menurut jumlah responden")


def _limits(funnel: Funnel | None) -> list[tuple[int, float, float, float, float]]:
    if funnel is None:
        return []
    rows = [(n, funnel.limits(float(n), INNER), funnel.limits(float(n), OUTER)) for n in SIZES]
    return [(n, *inner, *outer) for n, inner, outer in rows]


def _spread(panorama: Panorama, published: Sequence[Line]) -> Picture | None:
    if not published:
        return None
    scores = [line.score100 or 0 for line in published]
    return spread_picture(scores, panorama.bands, "Sebaran nilai unit")


def _row(line: Line, choice: Choice) -> list[Any]:
    return [
        *(line.unit, line.unit_name, line.agency_name, line.survey, choice.periode),
        *(choice.indeks, line.state, line.target, line.n, line.population, line.value),
        *(line.score100, line.se, line.ci_low, line.ci_high, line.grade),
        *(line.is_resolved, line.change, line.is_real_change if line.change is not None else None),
        *((line.standing.z, line.is_outside) if line.standing else (None, None)),
    ]
