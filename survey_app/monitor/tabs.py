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
        ("visits.overview", _("Kunjungan")),
        ("printing.overview", _("Cetak")),
        ("comments.listing", _("Saran")),
        ("follow_up.plans", _("Tindak lanjut")),
        ("channels.overview", _("Saluran")),
        ("reports.report", _("Laporan")),
    ]
    return [
        Tab(url_for(endpoint, key=survey.key), label, request.endpoint == endpoint)
        for endpoint, label in pages
    ]
