"""Administration's addresses: the tree, a unit with its services, accounts, surveys, links."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

import instruments
from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.accounts.people import create_account, disable_account, grant_role
from survey_app.administer import (
    bulk_pages,
    guide_pages,
    installations,
    lists,
    logo_pages,
)
from survey_app.administer.forms import (
    AccountForm,
    AgencyForm,
    InstrumentForm,
    LinkForm,
    ServiceForm,
    UnitForm,
    show_error,
)
from survey_app.administer.places import create_agency, create_service, create_unit, find_agency
from survey_app.administer.queries import (
    fetch_tree,
    list_accounts,
    list_links,
    list_services,
    list_surveys,
)
from survey_app.administer.surveys import (
    create_link,
    custom_instruments,
    freeze_instrument,
    revoke_link,
    switch_contact,
)
from survey_app.store.tables import Account, Channel, Link, Role, RoleGrant, Unit
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import LANGUAGES

blueprint = Blueprint("administer", __name__, template_folder="templates")

Page = str | Response | tuple[str, int]


def init_app(app: Flask) -> None:
    """Register the room."""
    app.register_blueprint(blueprint)
    app.register_blueprint(bulk_pages.blueprint)
    app.register_blueprint(installations.blueprint)
    app.register_blueprint(guide_pages.blueprint)
    app.register_blueprint(logo_pages.blueprint)
    app.register_blueprint(lists.blueprint)


@blueprint.get("/kelola")
@requires(Role.ADMIN)
def overview() -> str:
    """The tree of agencies and units."""
    return _overview_page(AgencyForm())


@blueprint.post("/kelola/instansi")
@requires(Role.SUPERADMIN)
def new_agency() -> Page:
    """Make an agency."""
    form = AgencyForm()

    def act(session: Session) -> str:
        create_agency(session, slug=form.slug.data, name=form.name.data)
        return url_for("administer.new_unit", agency=form.slug.data)

    return _submit(form, "create-agency", act) or (_overview_page(form), 422)


@blueprint.route("/kelola/instansi/<agency>/unit", methods=["GET", "POST"])
@requires(Role.SUPERADMIN)
def new_unit(agency: str) -> Page:
    """Make a unit of an agency."""
    form = UnitForm()
    with context().store.read() as session:
        place = _agency_or_404(session, agency)
        units = session.scalars(
            select(Unit).where(Unit.agency_id == place.id).order_by(Unit.name)
        ).all()
    form.parent.choices = [("", place.name)] + [(unit.slug, unit.name) for unit in units]

    def act(session: Session) -> str:
        parents = {unit.slug: unit for unit in units}
        create_unit(
            session,
            find_agency(session, agency),
            slug=form.slug.data,
            name=form.name.data,
            parent=parents.get(form.parent.data),
            address=form.address.data or "",
            timezone=form.timezone.data,
        )
        return url_for("administer.unit", slug=form.slug.data)

    done = _submit(form, "create-unit", act) if request.method == "POST" else None
    page = render_template("administer/new_unit.html", form=form, agency=place)
    return done or (page, 422 if form.errors else 200)


@blueprint.get("/kelola/unit/<slug>")
@requires(Role.ADMIN)
def unit(slug: str) -> str:
    """One unit with its services, surveys and accounts."""
    return _unit_page(slug)


@blueprint.post("/kelola/unit/<slug>/layanan")
@requires(Role.ADMIN)
def new_service(slug: str) -> Page:
    """Add a service."""
    form = ServiceForm()

    def act(session: Session) -> str:
        place = viewer().find_unit(session, slug, Role.ADMIN)
        create_service(session, place, code=form.code.data, name=form.name.data)
        return url_for("administer.unit", slug=slug)

    return _submit(form, "create-service", act) or (_unit_page(slug, service_form=form), 422)


@blueprint.post("/kelola/unit/<slug>/akun")
@requires(Role.ADMIN)
def new_account(slug: str) -> Page:
    """Add an account with a role at this unit; its first password is shown once."""
    form, password = AccountForm(), secrets.token_urlsafe(12)

    def act(session: Session) -> str:
        place = viewer().find_unit(session, slug, Role.ADMIN)
        account = create_account(
            session,
            email=form.email.data,
            name=form.name.data,
            password=password,
            now=context().clock(),
        )
        grant_role(session, account, Role(form.role.data), unit=place)
        return url_for("administer.unit", slug=slug)

    done = _submit(form, "create-account", act)
    if done:
        flash(
            _(
                "Kata sandi pertama untuk %(email)s: %(password)s (ditampilkan sekali ini).",
                email=form.email.data,
                password=password,
            )
        )
    return done or (_unit_page(slug, account_form=form), 422)


@blueprint.post("/kelola/unit/<slug>/akun/<int:account>/nonaktif")
@requires(Role.ADMIN)
def disable(slug: str, account: int) -> Response:
    """Shut an account of this unit out, at once."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        place = person.find_unit(session, slug, Role.ADMIN)
        found = session.scalars(
            select(Account)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .where(Account.id == account, RoleGrant.unit_id == place.id)
        ).first()
        if found is None:
            raise NotFoundError
        disable_account(session, found, parts.clock())
        audit.record(session, person.account, "disable-account", found.email, parts.clock())
    flash(_("Akun dinonaktifkan."))
    return redirect(url_for("administer.unit", slug=slug))


@blueprint.post("/kelola/unit/<slug>/kuesioner")
@requires(Role.ADMIN)
def new_instrument(slug: str) -> Page:
    """Add a questionnaire from a TOML file or an XLSForm; once used it can no longer change."""
    form = InstrumentForm()

    def act(session: Session) -> str:
        viewer().find_unit(session, slug, Role.ADMIN)
        name = form.file.data.filename or "kuesioner.toml"
        freeze_instrument(session, instruments.load_bytes(form.file.data.read(), name))
        return url_for("administer.unit", slug=slug)

    return _submit(form, "add-instrument", act) or (_unit_page(slug, instrument_form=form), 422)


@blueprint.post("/kelola/survei/<key>/tautan")
@requires(Role.ADMIN)
def new_link(key: str) -> Response:
    """Add a link to a survey."""
    form, person = LinkForm(), viewer()
    with context().store.write() as session:
        survey = person.find_survey(session, key, Role.ADMIN)
        services = {one.code: one for one in list_services(session, survey.unit_id)}
        form.service.choices = [("", ""), *((code, code) for code in services)]
        if form.validate_on_submit():
            link = create_link(
                session,
                survey,
                service=services.get(form.service.data),
                counter=form.counter.data or "",
                channel=Channel(form.channel.data),
            )
            audit.record(session, person.account, "create-link", link.code, context().clock())
        slug = survey.unit.slug
    if form.errors:
        flash(_("Tautan tidak dibuat. Periksa isiannya."), "error")
    return redirect(url_for("administer.unit", slug=slug))


@blueprint.post("/kelola/survei/<key>/tautan/<code>/cabut")
@requires(Role.ADMIN)
def revoke(key: str, code: str) -> Response:
    """Make a link stop working."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        survey = person.find_survey(session, key, Role.ADMIN)
        link = session.get(Link, code)
        if link is None or link.survey_id != survey.id:
            raise NotFoundError
        revoke_link(link, parts.clock())
        audit.record(session, person.account, "revoke-link", code, parts.clock())
        slug = survey.unit.slug
    flash(_("Tautan dicabut. Poster dengan alamat itu tidak berlaku lagi."))
    return redirect(url_for("administer.unit", slug=slug))


@blueprint.post("/kelola/survei/<key>/kontak")
@requires(Role.ADMIN)
def switch_contact_page(key: str) -> Response:
    """Ask citizens for a contact after their answers, or stop asking."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        survey = person.find_survey(session, key, Role.ADMIN)
        is_asked = switch_contact(survey, parts.clock())
        audit.record(session, person.account, "switch-contact", key, parts.clock(), asked=is_asked)
        slug = survey.unit.slug
    flash(_("Kontak diminta setelah jawaban terkirim.") if is_asked else _("Kontak tidak diminta."))
    return redirect(url_for("administer.unit", slug=slug))


def _submit(form: Any, action: str, act: Callable[[Session], str]) -> Response | None:
    """Do a form's act in one transaction; None where the form must be shown again."""
    if not form.validate_on_submit():
        return None
    parts, person = context(), viewer()
    try:
        with parts.store.write() as session:
            address = act(session)
            audit.record(session, person.account, action, address, parts.clock())
    except NotFoundError:
        raise
    except SurveyError as error:
        show_error(form, error)
        return None
    return redirect(address)


def _overview_page(form: AgencyForm) -> str:
    person = viewer()
    with context().store.read() as session:
        visible = person.visible_unit_ids(session, Role.ADMIN)
        tree = fetch_tree(session, visible)
    is_super = person.has(Role.SUPERADMIN)
    return render_template("administer/overview.html", tree=tree, form=form, is_super=is_super)


def _unit_page(
    slug: str,
    service_form: ServiceForm | None = None,
    account_form: AccountForm | None = None,
    instrument_form: InstrumentForm | None = None,
) -> str:
    with context().store.read() as session:
        place = viewer().find_unit(session, slug, Role.ADMIN)
        services = list_services(session, place.id)
        surveys = list_surveys(session, place.id)
        content = {
            "unit": place,
            "services": services,
            "surveys": surveys,
            "accounts": list_accounts(session, place.id),
            "links": list_links(session, [survey.id for survey in surveys]),
            "custom": (custom := custom_instruments(session)),
            "worded": [one for one in (*instruments.available(), *custom) if one.translations],
            "languages": LANGUAGES,
        }
    link_form = LinkForm(formdata=None)
    link_form.service.choices = [("", _("Seluruh unit"))] + [(s.code, s.name) for s in services]
    return render_template(
        "administer/unit.html",
        service_form=service_form or ServiceForm(formdata=None),
        account_form=account_form or AccountForm(formdata=None),
        instrument_form=instrument_form or InstrumentForm(formdata=None),
        link_form=link_form,
        **content,
    )


def _agency_or_404(session: Session, slug: str) -> Any:
    try:
        return find_agency(session, slug)
    except SurveyError as error:
        raise NotFoundError from error
