"""A survey's result as it is shown, published and handed out: one shape for all of them.

The figures come from one seal alone. The official index is the regulation's own: every
respondent counts once, whatever the service, so that anybody finds the same figure by hand. The
interval corrects for the finite population. An index weighted by services' populations is
`zi-survey compute --strata`, and never stands in the official one's place.
"""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import kept_of_whole, presentable
from analysis.figures import Options, group_result, result_head
from analysis.inference import simple_design
from analysis.masked import masked_results
from analysis.tally import Tally
from instruments import Instrument
from survey_app.channel_results import channel_results
from survey_app.kept_back import keep_back
from survey_app.ledger.results import SurveyTallies, channel_counts, survey_tallies
from survey_app.store.tables import InstrumentVersion, Service, ServicePlan, Survey, SurveyState


def instrument_of(session: Session, survey: Survey) -> Instrument:
    """The instrument as the survey asks it."""
    version = session.get_one(InstrumentVersion, survey.instrument_sha256)
    return Instrument.from_dict(json.loads(version.document))


def service_populations(session: Session, survey_id: int) -> dict[str, int]:
    """Users of each service in the survey's period, where they are known."""
    rows = session.execute(
        select(Service.code, ServicePlan.population)
        .join(Service, Service.id == ServicePlan.service_id)
        .where(ServicePlan.survey_id == survey_id, ServicePlan.population.is_not(None))
    )
    return {code: population for code, population in rows if population}


def survey_result(session: Session, survey: Survey) -> dict[str, Any]:
    """The whole and its services in the shape of `compute --format json`.

    Groups that disclosure control keeps back are left out and named under `hidden`.
    """
    instrument = instrument_of(session, survey)
    is_open = survey.state == SurveyState.OPEN
    tallies = survey_tallies(session, survey.id, instrument, is_open=is_open)
    populations = service_populations(session, survey.id)
    whole = tallies.whole
    size = _population_of(whole, survey.population)
    kept = kept_of_whole(whole)
    content = group_result({}, whole, simple_design(whole, size), size, instrument, Options())
    groups = [keep_back(content, kept)]
    # Services get few answers a day, so that two looks at an open survey would tell one apart.
    # Answers about no service take part, or the whole less all services would tell them.
    services = presentable({} if is_open else tallies.by_place, kept=kept)
    for code, tally in services.shown.items():
        if not code:
            continue
        population = _population_of(tally, populations.get(code))
        own = simple_design(tally, population)
        key = {"layanan": code}
        content = group_result(key, tally, own, population, instrument, Options())
        groups.append(keep_back(content, services.kept_items.get(code, frozenset())))
    variance = "linearised, fpc" if size else "linearised"
    return {
        **result_head(instrument, Options(), variance),
        "read": whole.n,
        "used": whole.n,
        "groups": groups,
        "hidden": {code: reason for code, reason in services.hidden.items() if code},
        "channels": channel_counts(tallies),
        "by_channel": channel_results(tallies, instrument, is_open=is_open),
        "head": tallies.head,
        **_sensitive(instrument, tallies, is_open=is_open),
    }


def _sensitive(
    instrument: Instrument, tallies: SurveyTallies, *, is_open: bool
) -> dict[str, list[dict[str, Any]]]:
    """Estimates of masked questions: none while a survey is open, for two looks make a change."""
    if not instrument.masked:
        return {}
    return {"sensitive": masked_results(instrument, {} if is_open else tallies.masked)}


def _population_of(tally: Tally, population: int | None) -> int | None:
    """The population where it can be right: an open link may bring more than were counted."""
    return population if population is not None and population >= tally.n else None
