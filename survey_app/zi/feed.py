"""What surveys put into a unit's ZI file by themselves: risks to look at, results to discuss."""

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.publish.queries import Published

LOWEST = 2
# The area of change that a survey's low answers speak to.
AREAS = {"IPAK": "pengawasan", "IPKP": "pelayanan", "IKM": "pelayanan"}


@dataclass(frozen=True)
class RiskHint:
    """A statement with the lowest answers in a published survey: a risk area to look at.

    `key` is the index and the item, as in `IPAK:pungli`.
    """

    key: str
    area: str
    label: str
    score100: float
    title: str
    period: str

    @property
    def words(self) -> str:
        """The hint as the first draft of a risk, in Indonesian as the file is kept."""
        score = f"{self.score100:.2f}".replace(".", ",")
        return f"{self.label}: nilai {score} dari 100 pada {self.title} {self.period}"


def hint_risks(published: Sequence[Published], codes: set[str]) -> list[RiskHint]:
    """The lowest shown statements of the newest result of each index, among areas that exist."""
    newest: dict[str, Published] = {}
    for one in sorted(published, key=lambda one: one.period_end, reverse=True):
        newest.setdefault(one.index_code, one)
    hints = []
    for index, one in newest.items():
        area = AREAS.get(index, "")
        if area not in codes:
            continue
        known = [item for item in one.whole["items"] if item["mean"] is not None]
        for item in sorted(known, key=lambda item: item["score100"])[:LOWEST]:
            key = f"{index}:{item['code']}"
            score = item["score100"]
            hints.append(RiskHint(key, area, item["label"], score, one.title, one.period))
    return hints


def results_of_year(published: Sequence[Published], year: int) -> list[Published]:
    """Results whose period ended in the year, newest first: what a monitoring discusses."""
    own = [one for one in published if one.period_end.year == year and one.index]
    return sorted(own, key=lambda one: (one.period_end, one.index_code), reverse=True)
