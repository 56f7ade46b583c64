"""The panel of Lampiran IV as an A3 poster, typeset by Typst without any system package."""

import json
from pathlib import Path

from survey_app.administer.periods import period_in_words
from survey_app.monitor.posters import qr_svg
from survey_app.publish.composition import Group
from survey_app.publish.panel import CLOSING, THANKS, Panel
from survey_app.typeset import set_pages
from survey_app.web.pages import angka, bilangan, tanggal

TEMPLATE = Path(__file__).parent / "data" / "panel.typ"


def draw_panel_poster(panel: Panel, public_url: str) -> bytes:
    """The poster as PDF."""
    values = {"panel": json.dumps(_content(panel, public_url))}
    return set_pages(TEMPLATE, values, "pdf")[0]


def _content(panel: Panel, public_url: str) -> dict[str, object]:
    one = panel.result
    index = one.index
    interval = index.get("ci")
    return {
        "agency": one.agency_name,
        "unit": one.unit_name,
        "title": f"{one.instrument.index.name.upper()} ({one.index_code})",
        "period": period_in_words(one.period),
        "score_name": f"Nilai {one.index_code}",
        "score": panel.score,
        "grade": index.get("grade", ""),
        "label": index.get("label", ""),
        "interval": f"Selang kepercayaan 95%: {angka(interval[0])}–{angka(interval[1])}"
        if interval
        else "",
        "services": panel.services,
        "rows": [
            ["Jumlah", f"{bilangan(one.whole['n'])} orang"],
            ["Jenis kelamin", _counts(panel.gender)],
            ["Pendidikan", _counts(panel.education)],
        ],
        "span": f"Periode survei: {tanggal(one.period_start)} s/d {tanggal(one.period_end)}",
        "plans": [vars(plan) for plan in panel.plans],
        "method": panel.method,
        "qr": qr_svg(f"{public_url}/hasil/{one.unit_slug}").decode(),
        "thanks": THANKS,
        "closing": CLOSING,
        "note": "DATA PERAGA" if one.is_demo else "",
    }


def _counts(groups: list[Group]) -> str:
    return ", ".join(f"{group.label} {bilangan(group.count)}" for group in groups) or "–"
