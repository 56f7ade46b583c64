"""Who may open a page: every view says so, and the application refuses one that does not.

What an account may see follows from its grants: a role at a unit covers the unit and all
below it, at an agency all its units, at neither everything. What is not yours is a 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, g, redirect, request, session, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

import survey_app.accounts.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError
from survey_app.accounts.sessions import account_of_session, touch_session
from survey_app.accounts.tokens import account_of_token
from survey_app.store.tables import Account, Role, Survey, Unit
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError

Args = ParamSpec("Args")
Result = TypeVar("Result")
SESSION_TOKEN = "token"  # noqa: S105  the name of a field, not a secret


class TokenRequiredError(SurveyError):
    """A machine came without a token that is good here."""

    http_status = 401


def public(view: Callable[Args, Result]) -> Callable[Args, Result]:
    """Anybody may open this view."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def requires(
    *roles: Role,
) -> Callable[[Callable[Args, Result]], Callable[Args, Result | AnyResponse]]:
    """Only accounts with one of these roles somewhere (superadmin always); others log in."""

    def decorate(view: Callable[Args, Result]) -> Callable[Args, Result | AnyResponse]:
        @wraps(view)
        def guarded(*args: Args.args, **kwargs: Args.kwargs) -> Result | AnyResponse:
            account = current_account()
            if account is None:
                following = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("accounts.log_in", lanjut=following))
            if roles and not Viewer(account).has(*roles):
                raise NotFoundError
            return view(*args, **kwargs)

        guarded.access = tuple(roles) or "account"  # type: ignore[attr-defined]
        return guarded

    return decorate


def requires_token(
    scope: str, *roles: Role
) -> Callable[[Callable[Args, Result]], Callable[Args, Result]]:
    """Only machines with a bearer token of this scope, or accounts logged in with the roles."""

    def decorate(view: Callable[Args, Result]) -> Callable[Args, Result]:
        @wraps(view)
        def guarded(*args: Args.args, **kwargs: Args.kwargs) -> Result:
            account = _bearer(scope) or current_account()
            if account is None or not Viewer(account).has(*roles):
                raise TokenRequiredError("token-required")
            g.account = account
            return view(*args, **kwargs)

        guarded.access = (scope, *roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


def refuse_open_views(app: Flask) -> None:
    """Raise LookupError for a view that does not say who may open it."""
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    if silent:
        raise LookupError(f"views without access rule: {', '.join(sorted(silent))}")


def current_account() -> Account | None:
    """The account of this request, by its session; None for everybody else."""
    if "account" not in g:
        token = session.get(SESSION_TOKEN)
        g.account = None
        if token:
            parts = context()
            with parts.store.read() as database:
                g.account = account_of_session(database, token, parts.settings, parts.clock())
            # A page that refreshes itself is no sign of a person: it must not keep a session alive.
            if g.account is not None and "X-Background" not in request.headers:
                touch_session(parts.store, token, parts.clock())
    account: Account | None = g.account
    return account


def viewer() -> "Viewer":
    """What the account of this request may see. Raises NotFoundError where there is none."""
    account = current_account()
    if account is None:
        raise NotFoundError
    return Viewer(account)


@dataclass(frozen=True)
class Viewer:
    """An account seen through its grants."""

    account: Account

    def has(self, *roles: Role) -> bool:
        """Whether the account holds one of the roles anywhere."""
        held = {grant.role for grant in self.account.grants}
        return Role.SUPERADMIN in held or bool(held & set(roles))

    def visible_unit_ids(self, database: Session, *roles: Role) -> set[int] | None:
        """Units at which the account holds one of the roles; None means all of them."""
        grants = [g for g in self.account.grants if g.role in {*roles, Role.SUPERADMIN}]
        if any(grant.unit_id is None and grant.agency_id is None for grant in grants):
            return None
        agencies = {grant.agency_id for grant in grants if grant.agency_id and not grant.unit_id}
        own = {grant.unit_id for grant in grants if grant.unit_id}
        rows = database.execute(select(Unit.id, Unit.parent_id, Unit.agency_id)).all()
        children: dict[int | None, list[int]] = {}
        for identity, parent, _agency in rows:
            children.setdefault(parent, []).append(identity)
        found = {identity for identity, _parent, agency in rows if agency in agencies}
        waiting = list(own)
        while waiting:
            identity = waiting.pop()
            if identity not in found:
                found.add(identity)
                waiting += children.get(identity, [])
        return found

    def find_unit(self, database: Session, slug: str, *roles: Role) -> Unit:
        """A unit by its slug. Raises NotFoundError for what is not there or not theirs."""
        unit = database.scalars(select(Unit).where(Unit.slug == slug)).first()
        visible = self.visible_unit_ids(database, *roles)
        if unit is None or (visible is not None and unit.id not in visible):
            raise NotFoundError
        return unit

    def find_survey(self, database: Session, key: str, *roles: Role) -> Survey:
        """A survey by its key. Raises NotFoundError for what is not there or not theirs."""
        survey = database.scalars(select(Survey).where(Survey.key == key)).first()
        visible = self.visible_unit_ids(database, *roles)
        if survey is None or (visible is not None and survey.unit_id not in visible):
            raise NotFoundError
        return survey


def _bearer(scope: str) -> Account | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return None
    parts = context()
    with parts.store.read() as database:
        return account_of_token(database, token.strip(), scope, parts.clock())


def challenge(response: Response) -> Response:
    """Tell machines how to authenticate."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="zi-survey"'
    return response
