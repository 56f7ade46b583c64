"""How both kinds of report open and what they come to: the summary, conclusions and advice."""

from collections.abc import Iterable

from survey_app.reports.content import Block, Chapter, Listing, Paragraph, Section
from survey_app.reports.figures import Figures
from survey_app.reports.findings import (
    certainty_sentence,
    change_sentence,
    extremes,
    extremes_sentence,
    index_sentence,
    plan_sentence,
)
from survey_app.reports.parts import index_blocks, written
from survey_app.reports.wording import listed, period_in_words, sentence


def summary_chapter(figures: Figures, heading: str, rule: str, texts: Iterable[str]) -> Chapter:
    """One page: who surveyed what by which rule, the index, the texts that are not empty."""
    survey = figures.survey
    opening = (
        f"{survey.unit.name} melaksanakan {figures.instrument.title} "
        f"{period_in_words(survey.period)} {rule}."
    )
    first = sentence(opening, index_sentence(figures))
    blocks: list[Block] = [Paragraph(text) for text in (first, *texts) if text]
    return Chapter("", heading, (Section("", (*blocks, *index_blocks(figures))),))


def conclusions(figures: Figures) -> Listing:
    """What the figures come to, point by point."""
    points = (
        sentence(index_sentence(figures), certainty_sentence(figures)),
        extremes_sentence(figures),
        change_sentence(figures),
        plan_sentence(figures),
    )
    return Listing(tuple(point for point in points if point), is_numbered=True)


def advice_blocks(figures: Figures) -> list[Block]:
    """The unit's own advice, or the order that the regulation sets."""
    lowest, _highest = extremes(figures)
    otherwise = "Saran belum dituliskan oleh unit."
    if lowest:
        names = listed([item["label"] for item in lowest])
        otherwise += f" Menurut PermenPANRB 14/2017 perbaikan didahulukan pada {names}."
    return written(figures, "advice", otherwise)
