"""The links that a logged-in account sees on top of each page."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from survey_app.accounts.access import Viewer, current_account
from survey_app.store.tables import Role


@dataclass(frozen=True)
class DeskLink:
    """One place to go."""

    address: str
    label: str
    is_current: bool


def desk_links() -> list[DeskLink]:
    """The rooms that the account's roles open, in a fixed order."""
    account = current_account()
    if account is None:
        return []
    person = Viewer(account)
    places = [
        ("monitor.surveys", _("Meja unit"), (Role.STAFF, Role.ADMIN)),
        ("evaluate.overview", _("Evaluasi"), (Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)),
        ("zi.overview", _("Zona Integritas"), tuple(Role)),
        ("administer.overview", _("Kelola"), (Role.ADMIN,)),
    ]
    links = [
        DeskLink(url_for(endpoint), label, request.path.startswith(url_for(endpoint)))
        for endpoint, label, roles in places
        if person.has(*roles)
    ]
    own = DeskLink(url_for("accounts.own"), _("Akun"), request.endpoint == "accounts.own")
    return [*links, own]
