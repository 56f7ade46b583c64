"""The exact answers behind the published indices that an LKE workbook re-derives."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from analysis.index import compute_index
from analysis.tally import Tally
from instruments import Instrument
from survey_app.ledger.results import tallies_of
from survey_app.publish.queries import Published
from survey_app.store.tables import Seal


@dataclass(frozen=True)
class Basis:
    """A published survey with the tally that its index follows from.

    `is_rounded`: disclosure control published the index rounded on 100, and so it counts.
    """

    published: Published
    tally: Tally
    conversion: str | None
    is_rounded: bool

    @property
    def instrument(self) -> Instrument:
        """What was asked."""
        return self.published.instrument

    @property
    def derived(self) -> Fraction | None:
        """The index on scale 4 that the answers give, before disclosure control."""
        return compute_index(self.tally, self.instrument, conversion=self.conversion).value


def fetch_basis(session: Session, published: Sequence[Published]) -> list[Basis]:
    """The tallies of published surveys, in their order."""
    return [_basis(session, one) for one in published]


def _basis(session: Session, one: Published) -> Basis:
    seal = session.get_one(Seal, one.seal_id)
    tally = tallies_of(seal, one.instrument).whole
    is_rounded = bool(one.whole.get("kept_back"))
    return Basis(one, tally, one.result["method"]["conversion"], is_rounded)
