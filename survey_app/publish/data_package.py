"""Frictionless Data Packages: what machines need to read published tables without guessing.

Follows the Data Package and Table Schema specifications (version 1): every column has a type,
a meaning in words, and the bounds that its values keep.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from instruments import Instrument

Column = tuple[str, str, str]  # name, meaning, unit or form
Descriptor = dict[str, Any]

LICENCES = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODC-BY-1.0": (
        "Open Data Commons Attribution",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
}
HUNDRED = {"minimum": 0, "maximum": 100}
COUNT = {"minimum": 0}
TYPES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "survei": ("string", {"required": True}),
    "unit": ("string", {"required": True}),
    "indeks": ("string", {"required": True}),
    "periode": ("string", {"required": True, "pattern": r"\d{4}(-(S[12]|TW[1-4]|\d{2}))?"}),
    "nilai": ("number", HUNDRED),
    "batas_bawah": ("number", HUNDRED),
    "batas_atas": ("number", HUNDRED),
    "nilai_unsur": ("number", HUNDRED),
    "nrr": ("number", COUNT),
    "galat_baku": ("number", COUNT),
    "responden": ("integer", {**COUNT, "required": True}),
    "menjawab": ("integer", COUNT),
    "populasi": ("integer", COUNT),
    "jumlah": ("integer", {**COUNT, "required": True}),
    "jawaban": ("integer", COUNT),
    "segel": ("string", {"pattern": "[0-9a-f]{64}"}),
    "metode": ("object", {}),
}


def table_resource(
    path: str, title: str, columns: Sequence[Column], key: Sequence[str] = ()
) -> Descriptor:
    """One CSV file with the schema of its columns; a blank is a missing value."""
    schema: Descriptor = {
        "fields": [_field(*column) for column in columns],
        "missingValues": [""],
    }
    if key:
        schema["primaryKey"] = list(key)
    return {
        "name": path.rpartition("/")[2].removesuffix(".csv"),
        "path": path,
        "title": title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def describe_package(
    *,
    name: str,
    title: str,
    description: str,
    homepage: str,
    publisher: str,
    licence: str,
    instruments: Iterable[Instrument],
    resources: Sequence[Descriptor],
) -> Descriptor:
    """`datapackage.json` around its resources, with who publishes it, from what, and for whom."""
    asked = list({one.sha256: one for one in instruments}.values())
    return {
        "name": name,
        "profile": "tabular-data-package",
        "title": title,
        "description": description,
        "homepage": homepage,
        "keywords": sorted({one.index.code for one in asked} | {"survei", "pelayanan publik"}),
        "licenses": [_licence(licence)],
        "contributors": [{"title": publisher, "role": "publisher"}],
        "sources": [{"title": "Hasil yang diterbitkan dan disegel", "path": homepage}]
        + [{"title": f"{one.title} ({one.id} {one.version}), {one.regulation}"} for one in asked],
        "resources": list(resources),
    }


def _licence(name: str) -> Descriptor:
    if name not in LICENCES:
        return {"name": name}
    title, path = LICENCES[name]
    return {"name": name, "title": title, "path": path}


def _field(name: str, meaning: str, form: str) -> Descriptor:
    kind, constraints = TYPES.get(name, ("string", {}))
    described: Descriptor = {"name": name, "type": kind, "title": meaning, "description": form}
    return described | ({"constraints": dict(constraints)} if constraints else {})
