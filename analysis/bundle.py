"""Evidence bundles: read one, and check it and every figure in it with nothing else at hand.

A bundle is a Frictionless Data Package in a ZIP of uncompressed files with fixed times and
sorted names, so that the same content is always the same bytes. One survey lies at the top;
of several, each has a folder of its own with all its files. The salt of a head's tally digest
is not in it, for the full tally could be guessed from that: a bundle shows the tallies of
services that are large enough, of the rest together and of the whole, and the signature
vouches for those.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import analysis.messages  # noqa: F401  registers the words of the errors raised here
from analysis.bundle_heads import (
    canonical,
    check_heads,
    check_keys,
    compare_keys,
    compare_witness,
    is_signed,
)
from analysis.bundle_tables import (
    INDICES,
    REAL,
    TALLIES,
    WHOLE,
    Figures,
    compare_figures,
    contradictions,
    read_tallies,
)
from analysis.index import conversion_of
from analysis.intervals import METHODS, PLAIN
from analysis.masked import agrees
from analysis.tally import Tally
from instruments.errors import SurveyError, Where
from instruments.model import Instrument

FORMAT = "zi-survey bundle 1"
DATA = ("indices.csv", "instrument.json", "method.json", "quality.json", "seals.json")
RESOURCES = (*DATA, "tallies.csv")
SIGNED = ("datapackage.json", *RESOURCES)
# Only in bundles of instruments with masked questions.
SENSITIVE = "sensitive.json"
NAMES = (*SIGNED, "key.json", "manifest.json", "manifest.sig")
WHOLE_NUMBERS = ("n", "population")
# What reading a misshapen part may raise; anything else is a fault of the program.
MISSHAPEN = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


@dataclass(frozen=True)
class Package:
    """The files of one survey by name; `folder` is empty where it is alone in its bundle."""

    folder: str
    files: Mapping[str, bytes]

    def place(self, name: str) -> str:
        """How a file is called in findings."""
        return f"{self.folder}/{name}" if self.folder else name

    def json(self, name: str) -> Any:
        """The content of a JSON file. Raises SurveyError where it is not canonical."""
        content = json.loads(self.files[name])
        if canonical(content) != self.files[name]:
            raise SurveyError("bundle-not-canonical", where=Where(self.place(name)))
        return content


@dataclass(frozen=True)
class Bundle:
    """What a ZIP holds, and whether it is byte for byte as it was packed."""

    packages: tuple[Package, ...]
    is_as_packed: bool


def pack(files: Mapping[str, bytes]) -> bytes:
    """The ZIP of files by path: always the same bytes for the same content."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def seal_manifest(files: Mapping[str, bytes]) -> bytes:
    """The manifest of the files that the signature covers."""
    hashes = {name: hashlib.sha256(files[name]).hexdigest() for name in _with(files, SIGNED)}
    return canonical({"files": hashes, "format": FORMAT})


def describe(about: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """`datapackage.json`: what the package is about, and each resource with its hash."""
    return canonical(
        {
            "name": f"survei-{about['survey']}".lower(),
            "profile": "data-package",
            "resources": [_resource(name, files[name]) for name in _with(files, RESOURCES)],
            "zi-survey": dict(about),
        }
    )


def _with(files: Mapping[str, bytes], names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, and that of the masked questions where the bundle has them."""
    return (*names, SENSITIVE) if SENSITIVE in files else names


def read_bundle(path: Path) -> Bundle:
    """The packages of a ZIP. Raises SurveyError naming the file where it cannot be read."""
    try:
        raw = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise SurveyError("bundle-repacked", where=Where(str(path)))
            contents = {entry.filename: _content(archive, entry) for entry in entries}
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, SurveyError):
            raise
        raise SurveyError("bundle-unreadable", where=Where(str(path)), reason=error) from error
    folders: dict[str, dict[str, bytes]] = {}
    for name, content in contents.items():
        folder, _, own = name.rpartition("/")
        folders.setdefault(folder, {})[own] = content
    packages = tuple(Package(folder, files) for folder, files in sorted(folders.items()))
    return Bundle(packages, pack(contents) == raw)


def verify_bundle(
    path: Path,
    witness_heads: Sequence[Mapping[str, Any]] | None = None,
    witness_keys: Sequence[Mapping[str, Any]] | None = None,
) -> list[SurveyError]:
    """What is wrong with a bundle, each with its file, row or seal; empty where all is well.

    Witnesses are copies of the public heads and keys that somebody kept outside. Raises
    SurveyError where the file cannot be read as a ZIP at all.
    """
    bundle = read_bundle(path)
    findings = [finding for one in bundle.packages for finding in _check(one)]
    if not findings:
        for one in bundle.packages:
            findings += _compare(one, witness_heads, witness_keys)
    if not bundle.packages:
        findings.append(SurveyError("bundle-file-missing", where=Where(SIGNED[0])))
    if not bundle.is_as_packed and not findings:
        findings.append(SurveyError("bundle-repacked", where=Where(str(path))))
    return findings


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A file of the archive; empty where it is damaged, which its hash then tells."""
    try:
        return archive.read(entry)
    except (zipfile.BadZipFile, EOFError):
        return b""


def _check(package: Package) -> Iterator[SurveyError]:
    """All that a package shows by itself."""
    missing = [name for name in NAMES if name not in package.files]
    for name in missing:
        yield SurveyError("bundle-file-missing", where=Where(package.place(name)))
    for name in sorted(package.files.keys() - {*NAMES, SENSITIVE}):
        yield SurveyError("bundle-file-foreign", where=Where(package.place(name)))
    if missing:
        return
    for name, check in (
        ("manifest.json", _check_manifest),
        ("key.json", _check_signature),
        ("seals.json", _check_seals),
        ("instrument.json", _check_instrument),
        ("tallies.csv", _check_tallies),
        ("indices.csv", _check_indices),
        (SENSITIVE, _check_sensitive),
        ("quality.json", _check_quality),
        ("datapackage.json", _check_description),
    ):
        yield from _guarded(package, name, check)


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
    if content["format"] != FORMAT or set(content["files"]) != set(_with(package.files, SIGNED)):
        yield SurveyError("bundle-manifest-wrong", where=Where(package.place("manifest.json")))
    for name in _with(package.files, SIGNED):
        if hashlib.sha256(package.files[name]).hexdigest() != content["files"].get(name):
            yield SurveyError("bundle-hash-wrong", where=Where(package.place(name)))


def _check_signature(package: Package) -> Iterator[SurveyError]:
    keys = _keys(package)
    yield from check_keys(package.place("key.json"), keys)
    signature, manifest = package.files["manifest.sig"], package.files["manifest.json"]
    if not is_signed(keys[-1], signature.hex(), manifest):
        place = Where(package.place("manifest.sig"), field=keys[-1]["id"])
        yield SurveyError("bundle-signature-wrong", where=place)


def _check_seals(package: Package) -> Iterator[SurveyError]:
    keys = {key["id"]: key for key in _keys(package)}
    yield from check_heads(package.place("seals.json"), _heads(package), keys)
    about, last = _about(package), _heads(package)[-1]
    for name in ("survey", "unit", "head"):
        if about[name] != last[name]:
            where = Where(package.place("seals.json"), field=name)
            yield SurveyError("bundle-other-survey", where=where)


def _check_instrument(package: Package) -> Iterator[SurveyError]:
    found = hashlib.sha256(package.files["instrument.json"]).hexdigest()
    if found != _heads(package)[-1]["instrument"]:
        where = Where(package.place("instrument.json"))
        yield SurveyError("bundle-other-instrument", where=where)


def _check_tallies(package: Package) -> Iterator[SurveyError]:
    tallies, file = _tallies(package), package.place("tallies.csv")
    for words in contradictions(_instrument(package), tallies):
        yield SurveyError("bundle-tally-wrong", where=Where(file), what=words)
    # Who answered nothing, or was erased before sealing, is sealed but not counted.
    sealed = _heads(package)[-1]["responses"]
    if not 0 <= tallies[WHOLE, ""].n <= sealed:
        words = f"{tallies[WHOLE, ''].n} responden untuk {sealed} jawaban yang disegel"
        yield SurveyError("bundle-tally-wrong", where=Where(file), what=words)


def _check_indices(package: Package) -> Iterator[SurveyError]:
    method, about = package.json("method.json"), _about(package)
    # Bundles from before intervals had names hold plain ones.
    interval = method.get("interval", PLAIN)
    if interval not in METHODS:
        yield SurveyError("bundle-method-wrong", where=Where(package.place("method.json")))
        return
    figures = Figures(
        about["survey"],
        about["period"],
        _instrument(package),
        method["confidence"],
        method["conversion"],
        _tallies(package),
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
    quality, whole = package.json("quality.json"), _tallies(package)[WHOLE, ""]
    heads = _heads(package)
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
    questions = _instrument(package).masked
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
    if describe(_about(package), package.files) != package.files["datapackage.json"]:
        where = Where(package.place("datapackage.json"))
        yield SurveyError("bundle-description-wrong", where=where)


def _compare(
    package: Package,
    heads: Sequence[Mapping[str, Any]] | None,
    keys: Sequence[Mapping[str, Any]] | None,
) -> Iterator[SurveyError]:
    if heads is not None:
        yield from compare_witness(package.place("seals.json"), _heads(package), heads)
    if keys is not None:
        yield from compare_keys(package.place("key.json"), _keys(package), keys)


def _keys(package: Package) -> list[dict[str, Any]]:
    return list(package.json("key.json")["keys"])


def _heads(package: Package) -> list[dict[str, Any]]:
    return list(package.json("seals.json")["heads"])


def _about(package: Package) -> dict[str, Any]:
    return dict(package.json("datapackage.json")["zi-survey"])


def _instrument(package: Package) -> Instrument:
    return Instrument.from_dict(package.json("instrument.json"))


def _tallies(package: Package) -> dict[tuple[str, str], Tally]:
    content = package.files["tallies.csv"]
    survey, instrument = _about(package)["survey"], _instrument(package)
    return read_tallies(package.place("tallies.csv"), survey, instrument, content)


def _resource(name: str, content: bytes) -> dict[str, Any]:
    form = name.rpartition(".")[2]
    resource: dict[str, Any] = {
        "bytes": len(content),
        "encoding": "utf-8",
        "format": form,
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "mediatype": "text/csv" if form == "csv" else "application/json",
        "name": name.replace(".", "-"),
        "path": name,
    }
    columns = {"indices.csv": INDICES, "tallies.csv": TALLIES}.get(name)
    if columns is not None:
        fields = [{"name": column, "type": _type(name, column)} for column in columns]
        resource |= {"profile": "tabular-data-resource", "schema": {"fields": fields}}
    return resource


def _type(name: str, column: str) -> str:
    if column in WHOLE_NUMBERS or (name, column) == ("tallies.csv", "value"):
        return "integer"
    if column == "resolved":
        return "boolean"
    return "number" if column in (*REAL, "score100") else "string"
