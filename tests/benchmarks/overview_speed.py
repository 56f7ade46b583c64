"""The overview of 5,000 units over 4 quarters on SQLite, beside a bare SELECT of the same rows.

Server, database and client are one process; its processor time is what is measured.

Run: python tests/benchmarks/overview_speed.py [units]
"""

import contextlib
import io
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from survey_app.administer.periods import period_span
from survey_app.ledger.survey_figures import figures_of
from survey_app.settings import load_settings
from survey_app.store import open_store
from survey_app.store.migrate import upgrade
from survey_app.store.tables import (
    Agency,
    Publication,
    Role,
    Service,
    Survey,
    SurveyFigure,
    SurveyState,
    Unit,
)
from survey_app.web.application import build
from tests.people import add_person, log_in
from tests.publications import publish
from tests.worlds import make_world

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
QUARTERS = ("2026-TW1", "2026-TW2", "2026-TW3", "2026-TW4")
ROUNDS = 12
PAGES = ("", "?hal=60", "?urut=-nilai", "?tanda=di-luar-corong", "?cari=kantor+12", ".csv")


def main(units: int = 5000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(
            Path(folder), public_url="https://localhost", database_url="", ratelimit="off"
        )
        store = open_store(settings)
        upgrade(store)
        fill(store, settings, units)
        app = build(settings, clock=lambda: NOW, store=store)
        browser = log_in(app, add_person(store, lambda: NOW, "tpn@x.id", Role.EVALUATOR))
        bare = timed(lambda: select_rows(Path(folder) / "data.sqlite3"))
        print(f"{units} units, {len(QUARTERS)} quarters; bare SELECT of the rows {show(bare)}")
        for page in PAGES:
            ours = timed(lambda page=page: get(browser, f"/evaluasi/ikhtisar{page}"))
            ratio = statistics.median(ours) / statistics.median(bare)
            print(f"{page or 'first page':<24} {show(ours)}, {ratio:.1f} times the bare SELECT")
        print(f"first page: {len(get(browser, '/evaluasi/ikhtisar').data) / 1000:.0f} kB")


def fill(store, settings, units):
    """A world whose published result every unit has in each quarter, moved by chance."""
    world = make_world(store, settings, lambda: NOW)
    world.fill(60)
    publish(world)
    dice = random.Random(1)
    with store.write() as session:
        pattern = session.get_one(Survey, world.survey_id)
        first = session.query(Publication).one()
        agencies = [Agency(slug=f"kab-{n}", name=f"Kabupaten {n}") for n in range(20)]
        session.add_all(agencies)
        session.flush()
        made = [
            Unit(agency_id=agencies[n % 20].id, slug=f"kantor-{n}", name=f"Kantor {n}")
            for n in range(units)
        ]
        session.add_all(made)
        session.flush()
        session.add_all(Service(unit_id=one.id, code="a", name="A") for one in made)
        for period in QUARTERS:
            surveyed = [one for one in made if dice.random() < 0.95]
            add_quarter(session, pattern, first, surveyed, period, dice)


def add_quarter(session, pattern, first, units, period, dice):
    start, end = period_span(period)
    surveys = [
        Survey(
            key=f"{unit.slug}-{period.lower()}",
            unit_id=unit.id,
            instrument_sha256=pattern.instrument_sha256,
            title=pattern.title,
            period=period,
            period_start=start,
            period_end=end,
            state=SurveyState.PUBLISHED,
            target=150,
            updated_at=NOW,
        )
        for unit in units
    ]
    session.add_all(surveys)
    session.flush()
    for survey in surveys:
        result = varied(json.loads(first.result), dice)
        publication = Publication(
            survey_id=survey.id,
            number=1,
            seal_id=first.seal_id,
            published_at=NOW,
            result=json.dumps(result),
            bundle_sha256=first.bundle_sha256,
        )
        session.add(publication)
        session.flush()
        session.add(
            SurveyFigure(survey_id=survey.id, publication_id=publication.id, **figures_of(result))
        )


def varied(result, dice):
    whole = result["groups"][0]
    index = whole["index"]
    whole["n"] = int(dice.lognormvariate(5, 0.8)) + 10
    whole["population"] = 10 * whole["n"]
    se = 11 / whole["n"] ** 0.5
    score = min(99.9, dice.gauss(82, 5) + dice.gauss(0, se))
    index["score100"], index["se"] = round(score, 2), se
    index["ci"] = [score - 2 * se, min(100, score + 2 * se)]
    index["grade"] = "A" if score >= 88.31 else "B" if score >= 76.61 else "C"
    index["resolved"] = dice.random() < 0.7
    return result


def select_rows(file):
    """What any page of these rows must read at least: units, surveys and figures, two quarters."""
    with sqlite3.connect(file) as connection:
        return [
            connection.execute(
                "SELECT u.slug, u.name, a.slug, a.name, s.key, s.title, s.state, s.is_demo, "
                "s.target, f.* FROM unit u JOIN agency a ON a.id = u.agency_id LEFT JOIN survey s "
                "ON s.unit_id = u.id AND s.period = ? LEFT JOIN survey_figure f "
                "ON f.survey_id = s.id ORDER BY u.name",
                [period],
            ).fetchall()
            for period in QUARTERS[-2:]
        ]


def get(browser, address):
    # Requests are logged, and only the table is wanted here.
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        reply = browser.get(address)
    assert reply.status_code == 200
    return reply


def timed(act):
    act()
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        act()
        times.append(time.process_time() - began)
    return times


def show(times):
    p50, p95 = statistics.median(times), sorted(times)[round(0.95 * len(times)) - 1]
    return f"p50 {1000 * p50:.0f} ms, p95 {1000 * p95:.0f} ms"


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
