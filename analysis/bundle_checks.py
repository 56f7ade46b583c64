"""Checks an evidence bundle, and every figure in it, with nothing else at hand.

Each step looks at one thing and says which file, row, field or seal is wrong. A package whose
steps all pass is signed, unbroken, and computes to the figures that it shows.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.bundle import (
    FORMAT,
    LISTED,
    LISTING,
    NAMES,
    SENSITIVE,
    SIGNED,
    Bundle,
    Package,
    Source,
    describe,
    signed_names,
    unpack,
)
from analysis.bundle_heads import (
    check_heads,
    check_keys,
    compare_keys,
    compare_witness,
    is_signed,
)
from analysis.bundle_places import edited_places
from analysis.bundle_tables import (
    WHOLE,
    Figures,
    compare_figures,
    contradictions,
    read_table,
    read_tallies,
)
from analysis.index import conversion_of
from analysis.intervals import METHODS, PLAIN
from analysis.masked import agrees
from analysis.tally import Tally
from instruments.errors import SurveyError, Where
from instruments.model import Instrument

# What reading a misshapen part may raise; anything else is a fault of the program.
MISSHAPEN = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)

ITEMS_MAXIMUM = 200

Record = Mapping[str, Any]
Witness = Sequence[Record] | None


@dataclass(frozen=True)
class Step:
    """One thing that was looked at, and what was wrong with it."""

    name: str
    findings: tuple[SurveyError, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing was wrong."""
        return not self.findings


@dataclass(frozen=True)
class Checked:
    """A package after its checks: `steps` in order, none where files are missing."""

    package: Package
    steps: tuple[Step, ...]
    about: Record

    @property
    def findings(self) -> list[SurveyError]:
        """All that is wrong with it."""
        return [finding for step in self.steps for finding in step.findings]


def verify_bundle(
    source: Source, witness_heads: Witness = None, witness_keys: Witness = None
) -> list[SurveyError]:
    """What is wrong with a bundle, each with its file, row or seal; empty where all is well.

    Witnesses are copies of the public heads and keys that somebody kept outside. Raises
    SurveyError where the file cannot be read as a ZIP at all.
    """
    bundle = unpack(source)
    findings: list[SurveyError] = []
    for package in bundle.packages:
        findings += check_package(package, witness_heads, witness_keys).findings
    return findings + list(check_whole(bundle, is_good=not findings))


def check_package(
    package: Package, witness_heads: Witness = None, witness_keys: Witness = None
) -> Checked:
    """Every step for one package; witnesses are asked where there are any and all else is well."""
    missing = tuple(_check_names(package))
    steps = [Step("files", missing)]
    if not any(one.code == "bundle-file-missing" for one in missing):
        steps += [Step(name, tuple(_guarded(package, file, check))) for name, file, check in STEPS]
    has_witness = witness_heads is not None or witness_keys is not None
    if has_witness and all(step.is_good for step in steps):
        found = tuple(_compare(package, witness_heads, witness_keys))
        steps.append(Step("witness", found))
    return Checked(package, tuple(steps), _about_or_nothing(package))


def check_whole(bundle: Bundle, *, is_good: bool) -> Iterator[SurveyError]:
    """What no package shows by itself: the list of folders, and the packing."""
    if not bundle.folders:
        yield SurveyError("bundle-file-missing", where=Where(SIGNED[0]))
    if bundle.listing is not None:
        yield from _check_listing(bundle, bundle.listing)
    if is_good and not bundle.is_as_packed():
        place = "" if isinstance(bundle.source, bytes) else str(bundle.source)
        yield SurveyError("bundle-repacked", where=Where(place or "ZIP"))


def heads_of(package: Package) -> list[dict[str, Any]]:
    """The chained heads of a package."""
    return list(package.json("seals.json")["heads"])


def keys_of(package: Package) -> list[dict[str, Any]]:
    """The chain of keys of a package; the last one signed it."""
    return list(package.json("key.json")["keys"])


def about_of(package: Package) -> dict[str, Any]:
    """What a package says it is: survey, unit, period, publication."""
    return dict(package.json("datapackage.json")["zi-survey"])


def instrument_of(package: Package) -> Instrument:
    """The instrument that was asked. Raises SurveyError where it is too large to compute with."""
    instrument = Instrument.from_dict(package.json("instrument.json"))
    # Tallies grow with the square of the items, and a bundle may come from anybody.
    if len(instrument.codes) > ITEMS_MAXIMUM:
        where = Where(package.place("instrument.json"), field="/items")
        raise SurveyError("bundle-items-many", where=where, maximum=ITEMS_MAXIMUM)
    return instrument


def tallies_of(package: Package) -> dict[tuple[str, str], Tally]:
    """The tallies by group. Raises SurveyError naming the row that does not fit."""
    content = package.files["tallies.csv"]
    survey, instrument = about_of(package)["survey"], instrument_of(package)
    return read_tallies(package.place("tallies.csv"), survey, instrument, content)


def _check_listing(bundle: Bundle, content: bytes) -> Iterator[SurveyError]:
    try:
        rows = read_table(LISTING, LISTED, content)
    except SurveyError as error:
        yield error
        return
    manifests = {one.folder: one.manifest_sha256 for one in bundle.packages if _has_manifest(one)}
    for line, row in enumerate(rows, 2):
        is_there = row["folder"] in manifests
        if is_there == bool(row["problem"]):
            yield SurveyError("bundle-listing-wrong", where=Where(LISTING, line, "folder"))
        elif is_there and manifests[row["folder"]] != row["manifest_sha256"]:
            yield SurveyError("bundle-listing-wrong", where=Where(LISTING, line, "manifest_sha256"))
    for folder in sorted(manifests.keys() - {row["folder"] for row in rows}):
        yield SurveyError("bundle-listing-wrong", where=Where(LISTING, field=folder))


def _has_manifest(package: Package) -> bool:
    return "manifest.json" in package.files


def _check_names(package: Package) -> Iterator[SurveyError]:
    for name in NAMES:
        if name not in package.files:
            yield SurveyError("bundle-file-missing", where=Where(package.place(name)))
    for name in sorted(package.files.keys() - {*NAMES, SENSITIVE}):
        yield SurveyError("bundle-file-foreign", where=Where(package.place(name)))


def _guarded(
    package: Package, name: str, check: Callable[[Package], Iterable[SurveyError]]
) -> Iterator[SurveyError]:
    try:
        yield from check(package)
    except (*MISSHAPEN, RecursionError) as error:
        if isinstance(error, SurveyError) and error.where.file:
            yield error
            return
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        where = Where(package.place(name))
        yield SurveyError("bundle-part-unreadable", where=where, reason=reason)


def _check_manifest(package: Package) -> Iterator[SurveyError]:
    content = package.json("manifest.json")
    if content["format"] != FORMAT or set(content["files"]) != set(signed_names(package.files)):
        yield SurveyError("bundle-manifest-wrong", where=Where(package.place("manifest.json")))
    for name in signed_names(package.files):
        if hashlib.sha256(package.files[name]).hexdigest() != content["files"].get(name):
            marks = content.get("marks", {}).get(name, {})
            yield from _edited(package, name, marks)


def _edited(package: Package, name: str, marks: Record) -> Iterator[SurveyError]:
    """Where a file was edited, as closely as the manifest can tell."""
    file, places = package.place(name), list(edited_places(name, package.files[name], marks))
    for line, field in places or [(None, None)]:
        yield SurveyError("bundle-hash-wrong", where=Where(file, line, field))


def _check_signature(package: Package) -> Iterator[SurveyError]:
    keys = keys_of(package)
    yield from check_keys(package.place("key.json"), keys)
    signature, manifest = package.files["manifest.sig"], package.files["manifest.json"]
    if not is_signed(keys[-1], signature.hex(), manifest):
        place = Where(package.place("manifest.sig"), field=keys[-1]["id"])
        yield SurveyError("bundle-signature-wrong", where=place)


def _check_seals(package: Package) -> Iterator[SurveyError]:
    keys = {key["id"]: key for key in keys_of(package)}
    yield from check_heads(package.place("seals.json"), heads_of(package), keys)
    about, last = about_of(package), heads_of(package)[-1]
    for name in ("survey", "unit", "head"):
        if about[name] != last[name]:
            where = Where(package.place("seals.json"), field=name)
            yield SurveyError("bundle-other-survey", where=where)


def _check_instrument(package: Package) -> Iterator[SurveyError]:
    found = hashlib.sha256(package.files["instrument.json"]).hexdigest()
    if found != heads_of(package)[-1]["instrument"]:
        where = Where(package.place("instrument.json"))
        yield SurveyError("bundle-other-instrument", where=where)


def _check_tallies(package: Package) -> Iterator[SurveyError]:
    tallies, file = tallies_of(package), package.place("tallies.csv")
    for words in contradictions(instrument_of(package), tallies):
        yield SurveyError("bundle-tally-wrong", where=Where(file), what=words)
    # Who answered nothing, or was erased before sealing, is sealed but not counted.
    sealed = heads_of(package)[-1]["responses"]
    if not 0 <= tallies[WHOLE, ""].n <= sealed:
        words = f"{tallies[WHOLE, ''].n} responden untuk {sealed} jawaban yang disegel"
        yield SurveyError("bundle-tally-wrong", where=Where(file), what=words)


def _check_indices(package: Package) -> Iterator[SurveyError]:
    method, about = package.json("method.json"), about_of(package)
    # Bundles from before intervals had names hold plain ones.
    interval = method.get("interval", PLAIN)
    if interval not in METHODS:
        yield SurveyError("bundle-method-wrong", where=Where(package.place("method.json")))
        return
    figures = Figures(
        about["survey"],
        about["period"],
        instrument_of(package),
        method["confidence"],
        method["conversion"],
        tallies_of(package),
        {(one["group"], one["service"]): one["population"] for one in method["groups"]},
        {(one["group"], one["service"]): one["population"] for one in method["strata"]},
        interval,
    )
    shown = set(figures.tallies) - {("rest", "")}
    rule = conversion_of(figures.instrument, method["conversion"])
    stated = (set(figures.populations), method["weights"], method["conversion"])
    if stated != (shown, "exact", rule):
        yield SurveyError("bundle-method-wrong", where=Where(package.place("method.json")))
    yield from compare_figures(package.place("indices.csv"), package.files["indices.csv"], figures)


def _check_quality(package: Package) -> Iterator[SurveyError]:
    quality, whole = package.json("quality.json"), tallies_of(package)[WHOLE, ""]
    heads = heads_of(package)
    expected = {
        "survey": heads[-1]["survey"],
        "respondents": whole.n,
        "responses_sealed": heads[-1]["responses"],
        "seals": len(heads),
        "blank": {code: whole.n - whole.answered_by(code) for code in whole.items},
    }
    wrong = [name for name, value in expected.items() if quality[name] != value]
    if sum(quality["channels"].values()) != whole.n:
        wrong.append("channels")
    for name in wrong:
        where = Where(package.place("quality.json"), field=name)
        yield SurveyError("bundle-quality-wrong", where=where)


def _check_sensitive(package: Package) -> Iterator[SurveyError]:
    questions = instrument_of(package).masked
    where = Where(package.place(SENSITIVE))
    if bool(questions) != (SENSITIVE in package.files):
        yield SurveyError("bundle-sensitive-wrong", where=where)
        return
    published = package.json(SENSITIVE)["questions"] if questions else []
    confidence = package.json("method.json")["confidence"]
    if [one["code"] for one in published] != [question.code for question in questions]:
        yield SurveyError("bundle-sensitive-wrong", where=where)
        return
    for one, question in zip(published, questions, strict=True):
        if not agrees(one, question, confidence):
            named = Where(where.file, field=question.code)
            yield SurveyError("bundle-sensitive-wrong", where=named)


def _check_description(package: Package) -> Iterator[SurveyError]:
    if describe(about_of(package), package.files) != package.files["datapackage.json"]:
        where = Where(package.place("datapackage.json"))
        yield SurveyError("bundle-description-wrong", where=where)


def _compare(
    package: Package,
    heads: Witness,
    keys: Witness,
) -> Iterator[SurveyError]:
    if heads is not None:
        yield from compare_witness(package.place("seals.json"), heads_of(package), heads)
    if keys is not None:
        yield from compare_keys(package.place("key.json"), keys_of(package), keys)


def _about_or_nothing(package: Package) -> Record:
    try:
        return about_of(package)
    except (*MISSHAPEN, RecursionError):
        return {}


Check = Callable[[Package], Iterable[SurveyError]]
STEPS: tuple[tuple[str, str, Check], ...] = (
    ("hashes", "manifest.json", _check_manifest),
    ("signature", "key.json", _check_signature),
    ("chain", "seals.json", _check_seals),
    ("instrument", "instrument.json", _check_instrument),
    ("tallies", "tallies.csv", _check_tallies),
    ("recomputation", "indices.csv", _check_indices),
    ("masked", SENSITIVE, _check_sensitive),
    ("quality", "quality.json", _check_quality),
    ("description", "datapackage.json", _check_description),
)
