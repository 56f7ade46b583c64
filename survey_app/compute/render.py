"""The computed result for people and programs: table, JSON, CSV, XLSX."""

import json
from collections.abc import Iterator
from typing import Any

from survey_app.spreadsheets import to_csv, to_xlsx

Result = dict[str, Any]
ITEM_COLUMNS = ("code", "label", "n", "mean", "se", "weight", "weighted", "score100", "grade")


def render(result: Result, form: str) -> str | bytes:
    """The result in a form: `table`, `json`, `csv` (text) or `xlsx` (bytes)."""
    if form == "json":
        return json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    if form == "csv":
        return to_csv(_header(result), _rows(result))
    if form == "xlsx":
        index = (_header(result), list(_rows(result)))
        sheets = {"Indeks": index, "Unsur": _item_table(result), "Metode": _method(result)}
        if result.get("sensitive"):
            sheets["Bertopeng"] = _masked_table(result)
        return to_xlsx(sheets)
    return _table(result)


def _keys(result: Result) -> list[str]:
    return list(dict.fromkeys(name for group in result["groups"] for name in group["key"]))


def _header(result: Result) -> list[str]:
    items = [item["code"] for item in result["groups"][0]["items"]]
    return [
        *_keys(result),
        *("n", "population", "index", "value", "score100", "se", "ci_low", "ci_high"),
        *("grade", "label", "resolved", "alpha", "reason"),
        *(f"mean_{code}" for code in items),
    ]


def _rows(result: Result) -> Iterator[list[Any]]:
    for group in result["groups"]:
        index = group["index"] or {}
        low, high = index.get("ci") or (None, None)
        yield [
            *(group["key"].get(name, "") for name in _keys(result)),
            group["n"],
            group["population"],
            *(index.get(name) for name in ("code", "value", "score100", "se")),
            low,
            high,
            *(index.get(name) for name in ("grade", "label", "resolved")),
            group["reliability"]["alpha"],
            group.get("reason", ""),
            *(item["mean"] for item in group["items"]),
        ]


def _item_table(result: Result) -> tuple[list[str], list[list[Any]]]:
    keys = _keys(result)
    rows = [
        [*(group["key"].get(name, "") for name in keys), *(item[name] for name in ITEM_COLUMNS)]
        for group in result["groups"]
        for item in group["items"]
    ]
    return [*keys, *ITEM_COLUMNS], rows


def _method(result: Result) -> tuple[list[str], list[list[Any]]]:
    rows = [[f"instrument {name}", value] for name, value in result["instrument"].items()]
    rows += [[name, value] for name, value in result["method"].items()]
    return ["nama", "nilai"], [*rows, ["read", result["read"]], ["used", result["used"]]]


def _masked_table(result: Result) -> tuple[list[str], list[list[Any]]]:
    names = ("code", "label", "design", "truth", "forced_yes", "n", "yes", "value", "se")
    rows = [
        [*(one[name] for name in names), *(one["ci"] or (None, None)), one.get("reason", "")]
        for one in result["sensitive"]
    ]
    return [*names, "ci_low", "ci_high", "reason"], rows


def _masked_line(one: dict[str, Any]) -> str:
    if one["value"] is None:
        return f"{one['label']}: {one['reason']}"
    share, (low, high) = min(1.0, max(0.0, one["value"])), one["ci"]
    return (
        f"{one['label']}: sekitar {share:.1%}, selang {low:.1%} – {high:.1%} "
        f"(Ya {one['yes']} dari {one['n']})"
    )


def _table(result: Result) -> str:
    instrument, method = result["instrument"], result["method"]
    words = [
        f"bobot {method['weights']}",
        f"selang {method['interval']} {method['confidence']:.0%}",
        method["variance"],
    ]
    if method["conversion"]:
        words.insert(1, f"konversi {method['conversion']}")
    lines = [
        f"{instrument['id']} versi {instrument['version']} ({', '.join(words)})",
        f"dibaca {result['read']}, dipakai {result['used']}",
    ]
    for group in result["groups"]:
        lines += ["", *_group_lines(group)]
    if result.get("sensitive"):
        lines += ["", "Pertanyaan bertopeng (tidak ikut dalam indeks)"]
        lines += [f"  {_masked_line(one)}" for one in result["sensitive"]]
    return "\n".join(lines) + "\n"


def _group_lines(group: dict[str, Any]) -> Iterator[str]:
    name = ", ".join(f"{key}={value}" for key, value in group["key"].items()) or "Seluruhnya"
    population = f" dari {group['population']}" if group["population"] else ""
    yield f"{name}: {group['n']} responden{population}"
    index = group["index"]
    if index is None:
        yield f"  indeks tidak ada: {group['reason']}"
    else:
        yield f"  {_index_line(index)}"
        for method, other in index.get("comparisons", {}).items():
            score = "-" if other["score100"] is None else f"{other['score100']:.2f}"
            yield f"  pembanding, bobot {method}: {score} ({other['grade']})"
    yield f"  {'unsur':<42}{'n':>7}{'NRR':>8}{'SE':>8}{'x25':>8}  mutu"
    for item in group["items"]:
        yield f"  {item['label'][:41]:<42}{item['n']:>7}" + _item_figures(item)
    alpha = group["reliability"]["alpha"]
    if alpha is not None:
        yield f"  alpha Cronbach {alpha:.3f}"


def _index_line(index: dict[str, Any]) -> str:
    line = f"{index['code']} {index['score100']:.2f}  {index['grade']} ({index['label']})"
    if index["ci"]:
        low, high = index["ci"]
        line += f"  selang {low:.2f} – {high:.2f}"
    line += "  mutu pasti" if index["resolved"] else "  mutu belum pasti"
    return line + (f"  rata-rata asli {index['raw_mean']:.4f}" if "raw_mean" in index else "")


def _item_figures(item: dict[str, Any]) -> str:
    if item["mean"] is None:
        return f"{'-':>8}{'-':>8}{'-':>8}  -"
    se = f"{item['se']:.4f}" if item["se"] is not None else "-"
    return f"{item['mean']:>8.4f}{se:>8}{item['score100']:>8.2f}  {item['grade']}"
