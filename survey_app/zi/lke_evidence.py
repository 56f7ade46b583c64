"""The sheets that an LKE workbook's points follow from: rules, answers, indices, months."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from analysis.index import item_weights, round_half_up
from analysis.zi_rules import ZiRules
from survey_app.zi.entries import INDICES
from survey_app.zi.lke_cells import Cells, Formula
from survey_app.zi.lke_sheets import ITEMS, MONTHS, RULES, SURVEYS, parts_of
from survey_app.zi.lke_tallies import Basis
from survey_app.zi.scores import Sheet

LEVELS = 6  # the widest scale of a survey that the worksheet asks for


def write_rules_sheet(cells: Cells, rules: ZiRules) -> dict[str, str]:
    """Weights and minimums; returns the absolute address of each weight."""
    about = (
        ("Peraturan", rules.regulation),
        ("Berlaku sejak", rules.effective_from.isoformat()),
        ("Keterangan", rules.source),
        ("Kode aturan", rules.id),
    )
    for pair in about:
        cells.line(pair)
    places = {"index": _weight(cells, "Indeks paling tinggi", rules.index_maximum)}
    for part in parts_of(rules):
        if not part.is_sum:
            places[part.code] = _weight(cells, part.label, Fraction(repr(part.maximum)))
    cells.line(["Nilai minimal", *(one.label for one in rules.targets.values())], "head")
    for name, label in (
        ("total", "Nilai total"),
        ("pengungkit", "Pengungkit"),
        ("area_share", "Bagian tiap area"),
        ("birokrasi_bersih", "Birokrasi yang Bersih dan Akuntabel"),
        ("ipak", "IPAK"),
        ("capaian_kinerja", "Capaian kinerja"),
        ("ipkp", "IPKP"),
    ):
        cells.line([label, *(float(getattr(one, name)) for one in rules.targets.values())])
    cells.sheet.set_column(0, 0, 48)
    cells.sheet.set_column(1, 2, 20)
    return places


def _weight(cells: Cells, label: str, value: Fraction) -> str:
    return f"{RULES}!$B${cells.line([label, float(value)])}"


def write_surveys(
    surveys: Cells, items: Cells, bases: Sequence[Basis], public_url: str
) -> dict[str, Formula]:
    """Answers, means and indices; returns where each survey's index stands, and its value."""
    items.line(
        (
            *("Survei", "Kode unsur", "Unsur", "Bobot", "Menjawab", "Jumlah nilai", "Rata-rata"),
            *(f"Jawaban {level}" for level in range(1, LEVELS + 1)),
        ),
        "head",
    )
    surveys.line(
        (
            *("Survei", "Kode unit", "Unit", "Kuesioner", "Indeks", "Periode", "Responden"),
            *("Rata-rata skala asli", "Indeks skala 4", "Indeks terbit", "Selisih", "Konversi"),
            *("Asal", "Diterbitkan", "Sidik bundel (SHA-256)", "Kepala segel", "Alamat periksa"),
        ),
        "head",
    )
    found = {}
    for basis in bases:
        first, last = _write_items(items, basis)
        found[basis.published.survey_key] = _write_survey(surveys, basis, first, last, public_url)
    for cells, widths in ((surveys, 18), (items, 16)):
        cells.sheet.set_column(0, 0, 34)
        cells.sheet.set_column(1, 16, widths)
        cells.sheet.freeze_panes(1, 1)
    return found


def _write_items(cells: Cells, basis: Basis) -> tuple[int, int]:
    """One row an item; returns the first and last row."""
    tally, instrument = basis.tally, basis.instrument
    weights, first = item_weights(instrument, "exact"), cells.row + 1
    levels = list(instrument.scale.values)
    for q, code in enumerate(tally.items):
        row, weight = cells.row + 1, weights[code]
        counts = {level: int(tally.counts[q][at]) for at, level in enumerate(levels)}
        span = f"H{row}:M{row}"
        mean = tally.mean(code)
        total = sum(level * count for level, count in counts.items())
        cells.line(
            (
                *(basis.published.survey_key, code, instrument.item(code).label),
                Formula(f"={weight.numerator}/{weight.denominator}", float(weight)),
                Formula(f"=SUM({span})", sum(counts.values())),
                Formula(f"=SUMPRODUCT({span},{{1,2,3,4,5,6}})", total),
                Formula(f'=IF(E{row}=0,"",F{row}/E{row})', None if mean is None else float(mean)),
                *(counts.get(level, 0) for level in range(1, LEVELS + 1)),
            )
        )
    return first, cells.row


def _write_survey(cells: Cells, basis: Basis, first: int, last: int, public_url: str) -> Formula:
    """One survey's index from its items; returns its address and value."""
    one, row = basis.published, cells.row + 1
    raw = sum(
        (weight * (basis.tally.mean(code) or 0) for code, weight in _weights(basis).items()),
        Fraction(0),
    )
    value = _counting(basis)
    cells.line(
        (
            *(one.survey_key, one.unit_slug, one.unit_name, basis.instrument.id),
            *(one.index_code, one.period, one.whole["n"]),
            Formula(f"=SUMPRODUCT({ITEMS}!D{first}:D{last},{ITEMS}!G{first}:G{last})", float(raw)),
            Formula(_to_scale4(f"H{row}", basis), value),
            one.index.get("value"),
            Formula(f"=I{row}-J{row}", value - one.index["value"]),
            basis.conversion or "skala 1-4",
            "survei mandiri",
            one.published_at.isoformat(),
            one.bundle_sha256,
            one.result["head"],
            f"{public_url}/verifikasi",
        )
    )
    return Formula(f"{SURVEYS}!$I${row}", value)


def _weights(basis: Basis) -> dict[str, Fraction]:
    return item_weights(basis.instrument, "exact")


def _counting(basis: Basis) -> float:
    """The index that counts: exact, or rounded on 100 where it was published so."""
    derived = basis.derived or Fraction(0)
    return float(round_half_up(derived * 25)) / 25 if basis.is_rounded else float(derived)


def _to_scale4(raw: str, basis: Basis) -> str:
    low, high = basis.instrument.scale.minimum, basis.instrument.scale.maximum
    text = {
        "ratio": f"{raw}*4/{high}",
        "linear": f"({raw}-{low})/({high}-{low})*3+1",
    }.get(basis.conversion or "", raw)
    return f"=ROUND(({text})*25,2)/25" if basis.is_rounded else f"={text}"


def write_months(
    cells: Cells, sheets: Sequence[Sheet], indices: Mapping[str, Formula]
) -> dict[tuple[str, str], Formula]:
    """Each month that is proposed with the survey that speaks for it; returns the means."""
    cells.line(("Kode unit", "Indeks", "Bulan", "Survei", "Indeks skala 4"), "head")
    means = {}
    for sheet in sheets:
        for code, evidence in sheet.indices.items():
            if evidence.own is None:
                continue
            first = cells.row + 1
            for month, survey in evidence.own.months.items():
                place = indices[survey.key]
                index = Formula(f"={place.text}", place.value)
                cells.line((sheet.unit.slug, INDICES[code], month, survey.key, index))
            value = float(evidence.own.index.value)
            text = f"=AVERAGE({MONTHS}!E{first}:E{cells.row})"
            means[sheet.unit.slug, code] = Formula(text, value)
    cells.sheet.set_column(0, 4, 26)
    cells.sheet.freeze_panes(1, 0)
    return means
