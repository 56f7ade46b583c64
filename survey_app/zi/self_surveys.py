"""A unit's own (mandiri) indices, taken from published results and from nowhere else."""

from collections.abc import Sequence
from fractions import Fraction

from analysis.zi import Index
from analysis.zi_surveys import SurveyIndex
from survey_app.publish.queries import Published
from survey_app.zi.entries import INDICES


def survey_indices(published: Sequence[Published], code: str) -> list[SurveyIndex]:
    """Published results of an index (`ipak` or `ipkp`) that have a value, as they were published.

    Where disclosure control has rounded an index, the rounded one is what was published.
    """
    return [
        _survey_index(one) for one in published if one.index_code == INDICES[code] and one.index
    ]


def exact(value: float) -> Fraction:
    """The decimal number that a published float was written as: 3.6 is 18/5, nothing near it."""
    return Fraction(repr(value))


def _survey_index(one: Published) -> SurveyIndex:
    index, n = one.index, one.whole["n"]
    # Errors are published in points of 100, the index stands on scale 4.
    se = index["se"] / 25 if index["se"] else None
    return SurveyIndex(
        key=one.survey_key,
        start=one.period_start,
        # A survey that was published before its period was over speaks for no later day.
        end=min(one.period_end, one.published_at.date()),
        index=Index(exact(index["value"]), se, n - 1 if se else None, "mandiri"),
        n=n,
        population=one.whole["population"],
    )
