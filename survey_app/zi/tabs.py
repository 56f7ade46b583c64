"""The pages of one unit's Zona Integritas, in the order of the evaluation."""

from flask import request, url_for
from flask_babel import gettext as _

from survey_app.monitor.tabs import Tab


def zi_tabs(slug: str, year: int) -> list[Tab]:
    """Links between the pages of a unit's year."""
    pages = [
        ("zi.score", _("Nilai")),
        ("zi_requirements.overview", _("Syarat pengusulan")),
        ("zi_file.overview", _("Berkas ZI")),
        ("zi_aspects.overview", _("Lima aspek")),
        ("zi_outcomes.overview", _("Empat manfaat")),
    ]
    return [
        Tab(url_for(endpoint, slug=slug, year=year), label, request.endpoint == endpoint)
        for endpoint, label in pages
    ]
