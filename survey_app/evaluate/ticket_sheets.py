"""Draws the sheets of a lot of tickets: the only place where its secrets ever appear."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from survey_app.ledger.tickets import TicketSecret
from survey_app.monitor.posters import DOTS_PER_INCH, qr_svg
from survey_app.typeset import set_pages

TEMPLATE = Path(__file__).parent / "data" / "tickets.typ"


@dataclass(frozen=True)
class Sheet:
    """What all tickets of a lot say."""

    lot: str
    unit: str
    service: str
    public_url: str
    valid_to: date
    note: str = ""


def draw_tickets(
    sheet: Sheet, tickets: list[TicketSecret], form: Literal["pdf", "png"] = "pdf"
) -> list[bytes]:
    """A4 pages of tickets with cut lines: one PDF, or a PNG for each page."""
    address = f"{sheet.public_url}/t"
    content = {
        "lot": sheet.lot,
        "unit": sheet.unit,
        "service": sheet.service,
        "address": address.split("://", 1)[1],
        "until": sheet.valid_to.strftime("%d-%m-%Y"),
        "note": sheet.note,
        "tickets": [
            {"code": one.code, "qr": qr_svg(f"{address}/{one.token}").decode()} for one in tickets
        ],
    }
    values = {"sheet": json.dumps(content)}
    return set_pages(TEMPLATE, values, form, dots_per_inch=DOTS_PER_INCH)
