"""The published frequencies as an SPSS system file (.sav) with labels, weighted by `FREQ`.

One row stands for all respondents of a group who gave one answer to one item: that item's
variable has the answer, the other items are system-missing, and `FREQ` says how many they are.
So `WEIGHT BY FREQ` with FREQUENCIES or DESCRIPTIVES gives the published counts and means
exactly, each item under its own value labels, while no row is a person and no two answers of
one person stand together.
"""

import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from instruments import Instrument
from survey_app.exchange.material import PROTECTION, WHOLE, Counts, Material, list_counts

if TYPE_CHECKING:
    import pandas as pd

WEIGHT, GROUP = "FREQ", "layanan"
# Words of SPSS's own syntax, which no variable may be called.
RESERVED = frozenset(
    {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
)
VARIABLE_LABEL_BYTES, VALUE_LABEL_BYTES = 250, 118
USE = f"Sebelum menghitung, jalankan: WEIGHT BY {WEIGHT}."


@dataclass(frozen=True)
class SpssTable:
    """The rows of a file, and what its variables are called."""

    frame: "pd.DataFrame"
    names: dict[str, str]
    missing: int


def write_sav(material: Material, *, by_service: bool = False) -> bytes:
    """The file of the whole, or that of the published services."""
    import pyreadstat

    table = spss_table(material, by_service=by_service)
    labels, values, measures = _words(material, table, by_service=by_service)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.sav"
        pyreadstat.write_sav(
            table.frame,
            str(path),
            file_label=_cut(f"{material.survey.title} {material.survey.period}", 64),
            note=_lines(material),
            column_labels={name: _cut(text, VARIABLE_LABEL_BYTES) for name, text in labels.items()},
            variable_value_labels={
                name: {value: _cut(text, VALUE_LABEL_BYTES) for value, text in words.items()}
                for name, words in values.items()
            },
            missing_ranges={name: [table.missing] for name in table.names.values()},
            variable_measure=measures,
            variable_format=dict.fromkeys([*table.names.values(), WEIGHT], "F8.0"),
        )
        return path.read_bytes()


def _words(
    material: Material, table: SpssTable, *, by_service: bool
) -> tuple[dict[str, str], dict[str, dict[int, str]], dict[str, str]]:
    """Labels of variables, labels of values, and measures, by the name of the variable."""
    items = {table.names[item.code]: item for item in material.instrument.items}
    labels = {name: item.question for name, item in items.items()}
    values = {
        name: {option.value: option.label for option in item.options}
        | {table.missing: "Tidak menjawab"}
        for name, item in items.items()
    }
    measures = dict.fromkeys(items, "ordinal") | {WEIGHT: "scale"}
    labels[WEIGHT] = "Banyaknya responden yang diwakili baris ini (bobot frekuensi)"
    if by_service:
        labels[GROUP], measures[GROUP] = "Layanan", "nominal"
        values[GROUP] = dict(enumerate(_shown_services(material).values(), 1))
    return labels, values, measures


def spss_table(material: Material, *, by_service: bool = False) -> SpssTable:
    """The rows that `write_sav` writes."""
    import pandas as pd

    instrument = material.instrument
    names = spss_names(instrument.codes, {WEIGHT.lower(), GROUP})
    missing = missing_value(instrument)
    groups = {code: n for n, code in enumerate(_shown_services(material), 1)}
    counts = [one for one in list_counts(material) if (one.service != WHOLE) == by_service]
    rows = [row for one in counts for row in _rows(one, names[one.code], missing, groups)]
    first = [GROUP] if by_service else []
    columns = [*first, *names.values(), WEIGHT]
    frame = pd.DataFrame(rows, columns=columns).astype("float64")
    return SpssTable(frame, names, missing)


def spss_names(codes: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Codes as names of SPSS variables: no hyphen, no word of its syntax, none twice.

    >>> spss_names(["antre-an", "antre_an", "all"], ["freq"])
    {'antre-an': 'antre_an', 'antre_an': 'antre_an_2', 'all': 'all_'}
    """
    names: dict[str, str] = {}
    used = set(taken)
    for code in codes:
        plain = code.replace("-", "_").rstrip("_")
        base = f"{plain}_" if plain in RESERVED else plain
        name, number = base, 1
        while name in used:
            number += 1
            name = f"{base}_{number}"
        names[code] = name
        used.add(name)
    return names


def missing_value(instrument: Instrument) -> int:
    """The value that stands for a blank: nines above the scale."""
    return next(value for value in (9, 99, 999) if value > instrument.scale.maximum)


def _rows(
    counts: Counts, name: str, missing: int, groups: dict[str, int]
) -> Iterable[dict[str, int]]:
    start = {GROUP: groups[counts.service]} if counts.service != WHOLE else {}
    for value, count in (*counts.levels.items(), (missing, counts.blank)):
        # SPSS passes over rows of weight 0, with a warning for each.
        if count:
            yield start | {name: value, WEIGHT: count}


def _shown_services(material: Material) -> dict[str, str]:
    codes = [group["key"]["layanan"] for group in material.groups if group["key"]]
    return {code: material.services.get(code, code) for code in codes}


def _lines(material: Material) -> list[str]:
    """The documentation of the file, in lines of at most 80 bytes as SPSS keeps them."""
    import textwrap

    whole = material.groups[0]
    about = (
        f"{material.survey.title}, {material.survey.unit.name}, {material.survey.period}: "
        f"{whole['n']} responden. {USE} {PROTECTION} Sumber: {material.address}"
    )
    return [_cut(line, 80) for line in textwrap.wrap(about, 76)]


def _cut(text: str, size: int) -> str:
    """A text of at most `size` bytes of UTF-8, whole characters only."""
    raw = text.encode()
    return text if len(raw) <= size else raw[: size - 3].decode(errors="ignore") + "…"
