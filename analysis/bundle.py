"""Evidence bundles: how one is packed, described and opened.

A bundle is a Frictionless Data Package in a ZIP of uncompressed files with fixed times and
sorted names, so that the same content is always the same bytes. One survey lies at the top;
of several, each has a folder of its own with all its files, and `bundles.csv` at the end may
list them. The salt of a head's tally digest is not in it, for the full tally could be guessed
from that: a bundle shows the tallies of services that are large enough, of the rest together
and of the whole, and the signature vouches for those.

`analysis.bundle_checks` checks one, `analysis.evidence` reads one for further work.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import analysis.messages  # noqa: F401  registers the words of the errors raised here
from analysis.bundle_heads import canonical
from analysis.bundle_places import marks_of
from analysis.bundle_tables import INDICES, REAL, TALLIES, write_table
from instruments.errors import SurveyError, Where

FORMAT = "zi-survey bundle 1"
DATA = ("indices.csv", "instrument.json", "method.json", "quality.json", "seals.json")
RESOURCES = (*DATA, "tallies.csv")
SIGNED = ("datapackage.json", *RESOURCES)
# Only in bundles of instruments with masked questions.
SENSITIVE = "sensitive.json"
NAMES = (*SIGNED, "key.json", "manifest.json", "manifest.sig")
WHOLE_NUMBERS = ("n", "population")
# At the end of a ZIP of several surveys: what is in it, and what could not be.
LISTING = "bundles.csv"
LISTED = (
    *("folder", "survey", "unit", "agency", "index", "period", "published_at"),
    *("manifest_sha256", "problem"),
)
IN_MEMORY = "bundel"

Source = Path | bytes


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

    @property
    def manifest_sha256(self) -> str:
        """What tells this content from any other, whoever signed it."""
        return hashlib.sha256(self.files["manifest.json"]).hexdigest()


@dataclass(frozen=True)
class Bundle:
    """A ZIP of one package or several, which are read one at a time."""

    source: Source
    names: Mapping[str, tuple[str, ...]]

    @property
    def folders(self) -> list[str]:
        """Where the packages lie, sorted; the empty name is the top."""
        return sorted(folder for folder in self.names if folder or not self.has_listing)

    @property
    def packages(self) -> Iterator[Package]:
        """The packages, in order of their folders."""
        with _opened(self.source) as archive:
            for folder in self.folders:
                start = f"{folder}/" if folder else ""
                names = self.names[folder]
                yield Package(folder, {name: _content(archive, start + name) for name in names})

    @property
    def has_listing(self) -> bool:
        """Whether the top holds nothing but the list of folders."""
        return self.names.get("") == (LISTING,) and len(self.names) > 1

    @property
    def listing(self) -> bytes | None:
        """The list of folders, where there is one."""
        if not self.has_listing:
            return None
        with _opened(self.source) as archive:
            return _content(archive, LISTING)

    def is_as_packed(self) -> bool:
        """Whether it is byte for byte what `pack` makes of its files."""
        paths = [f"{folder}/{name}" if folder else name for folder, name in self._files()]
        with _opened(self.source) as archive, _raw(self.source) as raw:
            entries = ((path, _content(archive, path)) for path in sorted(paths, key=_order))
            same = all(raw.read(len(part)) == part for part in stream_pack(entries))
            return same and not raw.read(1)

    def _files(self) -> Iterator[tuple[str, str]]:
        for folder, names in self.names.items():
            yield from ((folder, name) for name in names)


def pack(files: Mapping[str, bytes]) -> bytes:
    """The ZIP of files by path: always the same bytes for the same content."""
    return b"".join(stream_pack((name, files[name]) for name in sorted(files, key=_order)))


def stream_pack(entries: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The same ZIP in parts, holding one file at a time; entries come in the order of `pack`."""
    target = _Tail()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
            yield target.take()
    yield target.take()


def seal_manifest(files: Mapping[str, bytes], *, has_marks: bool = True) -> bytes:
    """The manifest of the files that the signature covers.

    Marks tell where a file was edited; publications from before there were any have none.
    """
    names = signed_names(files)
    content: dict[str, Any] = {
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in names},
        "format": FORMAT,
    }
    if has_marks:
        content["marks"] = {name: marks_of(name, files[name]) for name in names}
    return canonical(content)


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


def signed_names(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The files that the manifest of a package covers."""
    return _with(files, SIGNED)


def write_listing(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """`bundles.csv`: each survey's folder and manifest, or why it is not in the ZIP."""
    return write_table(LISTED, rows)


def unpack(source: Source) -> Bundle:
    """What a ZIP holds, by folder. Raises SurveyError naming the file that is no bundle."""
    where = Where(str(source) if isinstance(source, Path) else IN_MEMORY)
    try:
        with _opened(source) as archive:
            entries = archive.infolist()
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError) as error:
        raise SurveyError("bundle-unreadable", where=where, reason=error) from error
    is_stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
    # Entries that share bytes would unpack to more than the file itself, without bound.
    if not is_stored or sum(entry.file_size for entry in entries) > _size(source):
        raise SurveyError("bundle-repacked", where=where)
    folders: dict[str, dict[str, None]] = {}
    for entry in entries:
        folder, _, name = entry.filename.rpartition("/")
        folders.setdefault(folder, {})[name] = None
    return Bundle(source, {folder: tuple(names) for folder, names in folders.items()})


class _Tail(io.BytesIO):
    """What was written to a file since somebody took it; positions count from the start."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = 0

    def take(self) -> bytes:
        """What came since, and forget it."""
        part = self.getvalue()
        self._taken += len(part)
        super().seek(0)
        self.truncate()
        return part

    def tell(self) -> int:
        return self._taken + super().tell()

    def seek(self, position: int, whence: int = 0, /) -> int:
        own = position - self._taken if whence == io.SEEK_SET else position
        return self._taken + super().seek(own, whence)


def _order(path: str) -> tuple[bool, str]:
    """Sorted, and what lies at the top after all folders: the list comes last."""
    return "/" not in path, path


def _size(source: Source) -> int:
    return source.stat().st_size if isinstance(source, Path) else len(source)


def _raw(source: Source) -> IO[bytes]:
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)


def _opened(source: Source) -> zipfile.ZipFile:
    return zipfile.ZipFile(source if isinstance(source, Path) else io.BytesIO(source))


def _content(archive: zipfile.ZipFile, name: str) -> bytes:
    """A file of the archive; empty where it is damaged, which its hash then tells."""
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, ValueError):
        return b""


def _with(files: Mapping[str, bytes], names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, and that of the masked questions where the bundle has them."""
    return (*names, SENSITIVE) if SENSITIVE in files else names


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
