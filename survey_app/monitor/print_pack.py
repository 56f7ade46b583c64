"""The print pack of a survey: every product for every link that posters may carry."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Literal

from sqlalchemy.orm import Session

from survey_app.administer.logos import logo_of
from survey_app.monitor.posters import PREVIEW_DOTS, Poster, Product, draw_poster
from survey_app.monitor.queries import list_links
from survey_app.store.tables import Channel, Link, Survey
from survey_app.web.errors import NotFoundError

Form = Literal["pdf", "png"]
FORMS: tuple[Form, ...] = ("pdf", "png")
# An open link is for everybody; tickets and paper carry codes of their own.
_ON_WALLS = frozenset({Channel.OPEN})
# The same bytes for the same survey, so that two packs can be compared.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def printable_links(session: Session, survey: Survey) -> list[Link]:
    """Links that still work and that anybody may scan."""
    links = list_links(session, survey.id)
    return [link for link in links if link.channel in _ON_WALLS and link.revoked_at is None]


def find_printable(session: Session, survey: Survey, code: str) -> Link:
    """One of them by its code. Raises NotFoundError."""
    for link in printable_links(session, survey):
        if link.code == code:
            return link
    raise NotFoundError


def poster_of(session: Session, survey: Survey, link: Link, public_url: str) -> Poster:
    """What the products of a link say."""
    return Poster(
        address=f"{public_url}/s/{link.code}",
        agency=survey.unit.agency.name,
        unit=survey.unit.name,
        place=place_of(link),
        title=survey.title,
        note="DATA PERAGA" if survey.is_demo else "",
        logo=logo_of(session, survey.unit.agency_id),
    )


def place_of(link: Link) -> str:
    """Service and counter of a link; empty where it is for the whole unit."""
    return " · ".join(
        part for part in (link.service.name if link.service else "", link.counter) if part
    )


def preview(poster: Poster, product: Product) -> bytes:
    """A small PNG of a product, for the page."""
    return draw_poster(poster, "png", product, PREVIEW_DOTS)


def pack(posters: Sequence[tuple[str, Poster]], sheets: Mapping[str, bytes]) -> bytes:
    """One ZIP: a folder for each link (its code) with all products as PDF and PNG, and `sheets`.

    `sheets` are further files by their path in the ZIP.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for code, poster in posters:
            for product in Product:
                for form in FORMS:
                    name = f"{code}/{product}-{code}.{form}"
                    entry = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
                    archive.writestr(entry, draw_poster(poster, form, product))
        for name, content in sheets.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=_ZIP_DATE), content)
    return buffer.getvalue()
