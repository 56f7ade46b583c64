"""The pages of one survey's desk, in the order in which a survey lives through them."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from survey_app.store.tables import Survey


@dataclass(frozen=True)
class Tab:
    """One page of a survey's desk."""

    address: str
    label: str
    is_current: bool


def survey_tabs(survey: Survey) -> list[Tab]:
    """Links between the pages of a survey's desk; each page is one endpoint taking its key."""
    pages = [
        ("monitor.survey", _("Ringkasan")),
        ("results.result", _("Hasil")),
        ("comments.listing", _("Saran")),
        ("follow_up.plans", _("Tindak lanjut")),
        ("reports.report", _("Laporan")),
        ("printing.overview", _("Cetak")),
        ("channels.overview", _("Saluran")),
        ("paper.overview", _("Kertas")),
        ("visits.overview", _("Kunjungan")),
        ("exchange.overview", _("Pertukaran data")),
        ("quality_replies.overview", _("Pola")),
    ]
    return [
        Tab(url_for(endpoint, key=survey.key), label, _is_here(endpoint))
        for endpoint, label in pages
    ]


def _is_here(endpoint: str) -> bool:
    """Whether the page is this one, or one below it."""
    room = endpoint.split(".", maxsplit=1)[0]
    below = f"{request.blueprint}_".startswith(f"{room}_")
    return request.endpoint == endpoint or (room != "monitor" and below)
