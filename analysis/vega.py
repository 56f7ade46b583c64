"""Pictures as Vega-Lite specifications, plain dictionaries that any notebook can draw.

The same figures as `analysis.pictures`, for those who want to change how they look.
"""

from collections.abc import Sequence
from typing import Any

from analysis.pictures import Mark

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def trend_chart(
    marks: Sequence[Mark], title: str, changes: Sequence[float | None] = ()
) -> dict[str, Any]:
    """Periods with their intervals; a step that is more than noise is drawn through.

    `changes` as in `analysis.pictures.trend_picture`.

    >>> chart = trend_chart([Mark("TW1", 80.1, (78.9, 81.2)), Mark("TW2", 84.0)], "IKM", [3.9])
    >>> [layer["mark"]["type"] for layer in chart["layer"]]
    ['line', 'rule', 'point']
    """
    periods = [
        {
            "period": mark.label,
            "score": mark.score,
            "low": mark.interval[0] if mark.interval else None,
            "high": mark.interval[1] if mark.interval else None,
        }
        for mark in marks
    ]
    steps = [
        {"step": at, "kind": "kebetulan" if change is None else "perubahan", **row}
        for at, change in enumerate(changes or [None] * (len(marks) - 1))
        for row in periods[at : at + 2]
    ]
    x = {"field": "period", "type": "ordinal", "sort": [mark.label for mark in marks]}
    y = {"field": "score", "type": "quantitative", "scale": {"zero": False}, "title": title}
    dash = {
        "field": "kind",
        "scale": {"domain": ["perubahan", "kebetulan"], "range": [[1, 0], [5, 5]]},
        "title": None,
    }
    return {
        "$schema": SCHEMA,
        "title": title,
        "layer": [
            {
                "data": {"values": steps},
                "mark": {"type": "line"},
                "encoding": {"x": x, "y": y, "detail": {"field": "step"}, "strokeDash": dash},
            },
            {
                "data": {"values": [row for row in periods if row["low"] is not None]},
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "data": {"values": periods},
                "mark": {"type": "point", "filled": True, "size": 90, "tooltip": True},
                "encoding": {"x": x, "y": y},
            },
        ],
    }
