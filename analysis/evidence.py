"""Reads an evidence bundle into typed objects and data frames, for further work on its figures.

    from analysis import read_bundle

    evidence = read_bundle("bukti.zip")
    evidence.index.score100, evidence.index.ci_low, evidence.index.ci_high
    evidence.indices()     # every figure, as a pandas DataFrame
    evidence.tallies()     # the exact sums that they follow from
    evidence.heads()       # the signed chain

What cannot be checked is not read: a bundle that was edited anywhere raises an error which
names the place.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.bundle import Package, Source, unpack
from analysis.bundle_checks import (
    check_package,
    check_whole,
    heads_of,
    instrument_of,
    keys_of,
    tallies_of,
)
from analysis.bundle_tables import INDICES, WHOLE, read_table
from analysis.tally import Tally
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.model import Instrument

if TYPE_CHECKING:
    import pandas as pd

Group = tuple[str, str]
_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True)
class Figure:
    """One row of the figures: an index or an item of a group, None where it is undefined.

    `value` is on scale 4, or the item's own scale; `score100`, `se` and the limits are in
    points of 100 for an index; `se` and limits of an item are on the item's scale.
    """

    group: str
    service: str
    measure: str
    code: str
    n: int
    population: int | None
    value: float | None
    weight: float | None
    score100: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    grade: str | None
    resolved: bool | None
    raw_mean: float | None


@dataclass(frozen=True)
class Evidence:
    """The checked content of one survey's bundle.

    `signer` is the key that signed it; whether to trust that key is the reader's to decide,
    by the installation's `/transparansi/kunci.json`.
    """

    survey: str
    unit: str
    period: str
    published_at: datetime | None
    publication: int
    signer: str
    manifest_sha256: str
    method: Mapping[str, Any]
    quality: Mapping[str, Any]
    instrument: Instrument
    figures: tuple[Figure, ...]
    tally_of: Mapping[Group, Tally]
    chain: tuple[Mapping[str, Any], ...]
    package: Package

    @property
    def index(self) -> Figure:
        """The index of all respondents."""
        return next(one for one in self.figures if (one.group, one.measure) == (WHOLE, "index"))

    @property
    def head(self) -> str:
        """The last signed head, which vouches for all answers before it."""
        return str(self.chain[-1]["head"])

    def indices(self) -> "pd.DataFrame":
        """Every figure of every group: one row an index or item."""
        return _frame(self.package.files["indices.csv"])

    def tallies(self) -> "pd.DataFrame":
        """The exact sums: one row a group, moment and pair of items."""
        return _frame(self.package.files["tallies.csv"])

    def heads(self) -> "pd.DataFrame":
        """The signed heads, one row a seal, oldest first."""
        import pandas as pd

        return pd.DataFrame([dict(head) for head in self.chain])


def read_bundle(
    source: Path | str | bytes, *, keys: Sequence[Mapping[str, Any]] | None = None
) -> Evidence:
    """The evidence of the one survey in a bundle, from a path or its bytes, fully checked.

    `keys` are public keys that the reader trusts, as in an installation's `kunci.json`; with
    none, anybody's signature is good. Raises SurveyErrors with the place of everything that is
    wrong, SurveyError where the file is no bundle or holds several surveys.
    """
    found = list(read_bundles(source, keys=keys))
    if len(found) != 1:
        where = Where("bundel" if isinstance(source, bytes) else str(source))
        raise SurveyError("bundle-not-single", where=where, count=len(found))
    return found[0]


def read_bundles(
    source: Path | str | bytes, *, keys: Sequence[Mapping[str, Any]] | None = None
) -> Iterator[Evidence]:
    """The evidence of each survey in a ZIP of several, one in memory at a time.

    Raises as `read_bundle`, at the first survey that is not good.
    """
    bundle = unpack(_source(source))
    for package in bundle.packages:
        yield read_package(package, keys=keys)
    faults = list(check_whole(bundle, is_good=True))
    if faults:
        raise SurveyErrors(faults)


def read_package(package: Package, *, keys: Sequence[Mapping[str, Any]] | None = None) -> Evidence:
    """The evidence of one opened package. Raises SurveyErrors where a check fails."""
    checked = check_package(package, None, keys)
    if checked.findings:
        raise SurveyErrors(checked.findings)
    about = _about(package, checked.about)
    return Evidence(
        survey=about["survey"],
        unit=about["unit"],
        period=about["period"],
        published_at=about["published_at"],
        publication=about["publication"],
        signer=keys_of(package)[-1]["id"],
        manifest_sha256=package.manifest_sha256,
        method=package.json("method.json"),
        quality=package.json("quality.json"),
        instrument=instrument_of(package),
        figures=tuple(_figures(package)),
        tally_of=tallies_of(package),
        chain=tuple(heads_of(package)),
        package=package,
    )


def _about(package: Package, about: Mapping[str, Any]) -> dict[str, Any]:
    """What the package says it is, with the types that it should have. Raises SurveyError."""
    moment, number = about.get("published_at"), about.get("publication", 1)
    try:
        published = datetime.fromisoformat(moment) if moment else None
        is_text = all(isinstance(about[name], str) for name in ("survey", "unit", "period"))
        is_zoned = published is None or published.tzinfo is not None
    except (KeyError, TypeError, ValueError):
        is_text = is_zoned = False
    if not (is_text and is_zoned and type(number) is int and number > 0):
        where = Where(package.place("datapackage.json"), field="/zi-survey")
        raise SurveyError("bundle-description-wrong", where=where)
    return {**about, "published_at": published, "publication": number}


def _source(source: Path | str | bytes) -> Source:
    return Path(source) if isinstance(source, str) else source


def _figures(package: Package) -> Iterator[Figure]:
    rows = read_table(package.place("indices.csv"), INDICES, package.files["indices.csv"])
    reals = ("value", "weight", "score100", "se", "ci_low", "ci_high", "raw_mean")
    for row in rows:
        numbers = {name: float(row[name]) if row[name] else None for name in reals}
        yield Figure(
            group=row["group"],
            service=row["service"],
            measure=row["measure"],
            code=row["code"],
            n=int(row["n"]),
            population=int(row["population"]) if row["population"] else None,
            grade=row["grade"] or None,
            resolved=_FLAGS.get(row["resolved"]),
            **numbers,
        )


def _frame(content: bytes) -> "pd.DataFrame":
    import pandas as pd

    # An empty group, service or item is a name, not a missing value.
    names = ("survey", "period", "group", "service", "measure", "code", "moment", "item", "with")
    return pd.read_csv(
        io.BytesIO(content),
        dtype=dict.fromkeys(names, "string"),
        keep_default_na=False,
        na_values={name: [""] for name in (*_NUMBERS, "grade", "resolved")},
    )


_NUMBERS = (
    *("n", "population", "value", "weight", "score100", "se", "ci_low", "ci_high", "raw_mean"),
)
