"""A survey's findings as tables: what the result page shows, to work with elsewhere."""

from typing import Any

from flask_babel import gettext as _

from survey_app.monitor.findings import Findings, points_of, quadrant_names, unsur_sign
from survey_app.spreadsheets import Row

Table = tuple[Row, list[Row]]


def result_tables(findings: Findings) -> dict[str, Table]:
    """Every table of the result page by its name, the whole first."""
    tables = {
        "indeks": _index_table(findings),
        "unsur": _unsur_table(findings),
        "kelompok": _group_table(findings),
        "periode": _period_table(findings),
    }
    return {name: table for name, table in tables.items() if table[1]}


def _index_table(findings: Findings) -> Table:
    whole, index = findings.whole, findings.index
    header = (
        "indeks",
        "nilai",
        *_ENDS,
        "mutu",
        "mutu_pasti",
        "jawaban",
        "populasi",
        "alpha",
        "alpha_bawah",
        "alpha_atas",
    )
    row = (
        *(index["code"], index["score100"], *_ends(index["ci"]), index["grade"]),
        *(_yes(index["resolved"]), whole["n"], whole["population"]),
        *(whole["reliability"]["alpha"], *findings.alpha_interval),
    )
    return header, [row]


def _unsur_table(findings: Findings) -> Table:
    levels = findings.instrument.scale.values
    header = (
        *("unsur", "kode", "nama", "terjawab", "nrr", "galat_baku", "nilai", *_ENDS, "mutu"),
        *("kepentingan", "kuadran", "nrr_untuk_mutu_berikut"),
        *(f"jawaban_{level}" for level in levels),
    )
    return header, [_unsur_row(item, findings, levels) for item in findings.ranked]


def _unsur_row(item: dict[str, Any], findings: Findings, levels: tuple[int, ...]) -> Row:
    code, counts = item["code"], item["counts"] or {}
    placed = findings.priorities.unsur if findings.priorities else ()
    names = quadrant_names()
    change = findings.unsur_change(code)
    return (
        *(unsur_sign(findings.instrument, code), code, item["label"], item["n"], item["mean"]),
        *(item["se"], item["score100"]),
        *_ends(points_of(item["ci"], findings.instrument)),
        *(item["grade"], findings.importance.get(code)),
        next((names[one.quadrant] for one in placed if one.code == code), None),
        change.mean if change else None,
        *(counts.get(str(level)) for level in levels),
    )


def _group_table(findings: Findings) -> Table:
    header = ("menurut", "kelompok", "jawaban", "nilai", *_ENDS, "mutu", "keterangan")
    rows: list[Row] = []
    for part in findings.breakdowns:
        for group in part.groups:
            index = group.index or {}
            rows.append(
                (
                    *(part.title, group.label, group.n, index.get("score100")),
                    *(*_ends(index.get("ci")), index.get("grade"), group.reason),
                )
            )
    return header, rows


def _period_table(findings: Findings) -> Table:
    header = ("periode", "jawaban", "nilai", *_ENDS, "mutu", "perubahan", "p", "di_luar_kebetulan")
    rows: list[Row] = [
        (
            *(one.period, one.n, one.index["score100"], *_ends(one.index["ci"])),
            *(one.index["grade"], one.change.value if one.change else None, one.p_value),
            _yes(not one.is_noise),
        )
        for one in findings.periods
    ]
    return header, rows


_ENDS = ("batas_bawah", "batas_atas")


def _ends(interval: Any) -> tuple[float | None, float | None]:
    return (interval[0], interval[1]) if interval else (None, None)


def _yes(value: bool) -> str:
    return str(_("ya") if value else _("tidak"))
