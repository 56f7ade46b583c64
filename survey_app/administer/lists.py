"""The lists of one unit's administration to take away: surveys, links, services, accounts."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from survey_app.accounts.access import requires, viewer
from survey_app.administer.queries import list_accounts, list_links, list_services, list_surveys
from survey_app.channel_results import channel_word
from survey_app.store.tables import Role, Unit
from survey_app.web.context import context
from survey_app.web.downloads import table_file

blueprint = Blueprint("unit_lists", __name__)

Rows = Iterator[tuple[Any, ...]]


@blueprint.get(
    "/kelola/unit/<slug>/<any(survei, tautan, layanan, akun):name>.<any(csv, xlsx):form>"
)
@requires(Role.ADMIN)
def table(slug: str, name: str, form: str) -> Response:
    """One of the unit's lists, as its page shows it."""
    header, read = LISTS[name]
    with context().store.read() as session:
        unit = viewer().find_unit(session, slug, Role.ADMIN)
        rows = list(read(session, unit))
    return table_file(f"{name}-{slug}", form, header, rows)


def _surveys(session: Session, unit: Unit) -> Rows:
    for one in list_surveys(session, unit.id):
        days = (one.period_start.isoformat(), one.period_end.isoformat())
        yield (one.key, one.title, one.period, *days, str(one.state), one.population, one.target)


def _links(session: Session, unit: Unit) -> Rows:
    surveys = list_surveys(session, unit.id)
    links = list_links(session, [one.id for one in surveys])
    for survey in surveys:
        for link in links.get(survey.id, []):
            service = link.service.name if link.service else ""
            revoked = link.revoked_at.date().isoformat() if link.revoked_at else ""
            channel = channel_word(link.channel)
            yield (survey.key, link.code, service, link.counter, channel, revoked)


def _services(session: Session, unit: Unit) -> Rows:
    for one in list_services(session, unit.id):
        yield (one.code, one.name)


def _accounts(session: Session, unit: Unit) -> Rows:
    for account, role in list_accounts(session, unit.id):
        yield (account.email, account.name, role, "ya" if account.disabled_at else "")


LISTS: dict[str, tuple[tuple[str, ...], Callable[[Session, Unit], Rows]]] = {
    "survei": (
        ("survei", "judul", "periode", "mulai", "akhir", "keadaan", "pengguna", "diperlukan"),
        _surveys,
    ),
    "tautan": (("survei", "kode", "layanan", "loket", "saluran", "dicabut"), _links),
    "layanan": (("kode", "nama"), _services),
    "akun": (("surel", "nama", "peran", "nonaktif"), _accounts),
}
