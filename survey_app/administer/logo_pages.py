"""The page where an agency's logo is put in, seen, and taken away."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.administer.logos import keep_logo, logo_of, remove_logo
from survey_app.administer.places import find_agency
from survey_app.store.tables import Agency, Role
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("logos", __name__, template_folder="templates")

Page = str | AnyResponse | tuple[str, int]


class LogoForm(FlaskForm):  # type: ignore[misc]
    """A logo to put in."""

    logo = FileField(
        __("Berkas logo"),
        [FileRequired(__("Pilih berkasnya."))],
        description=__("PNG, JPEG, atau SVG, paling besar 1 MB. Latar transparan paling baik."),
        render_kw={"accept": "image/png,image/jpeg,image/svg+xml"},
    )


@blueprint.get("/kelola/instansi/<agency>/logo")
@requires(Role.ADMIN)
def logo(agency: str) -> str:
    """The logo as it is printed, and the form for another."""
    with context().store.read() as session:
        return _page(session, _own_agency(session, agency), LogoForm(formdata=None))


@blueprint.post("/kelola/instansi/<agency>/logo")
@requires(Role.ADMIN)
def put(agency: str) -> Page:
    """Put a logo in, in the place of the one before."""
    form, parts, person = LogoForm(), context(), viewer()
    with parts.store.write() as session:
        place = _own_agency(session, agency)
        if form.validate_on_submit():
            try:
                keep_logo(session, place, form.logo.data.read(), person.account, parts.clock())
            except SurveyError as error:
                form.logo.errors = [error.text(message_language())]
        if form.errors:
            return _page(session, place, form), 422
        audit.record(session, person.account, "put-logo", agency, parts.clock())
    flash(_("Logo disimpan. Poster dan laporan berikutnya memakainya."))
    return redirect(url_for("logos.logo", agency=agency))


@blueprint.post("/kelola/instansi/<agency>/logo/hapus")
@requires(Role.ADMIN)
def remove(agency: str) -> AnyResponse:
    """Take the logo away."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        remove_logo(session, _own_agency(session, agency))
        audit.record(session, person.account, "remove-logo", agency, parts.clock())
    flash(_("Logo dihapus."))
    return redirect(url_for("logos.logo", agency=agency))


@blueprint.get("/kelola/instansi/<agency>/logo.png")
@requires(Role.ADMIN)
def image(agency: str) -> Response:
    """The logo itself."""
    with context().store.read() as session:
        png = logo_of(session, _own_agency(session, agency).id)
    if not png:
        raise NotFoundError
    return Response(png, mimetype="image/png")


def _own_agency(session: Session, slug: str) -> Agency:
    """An agency that the viewer administers as a whole. Raises NotFoundError for others."""
    try:
        place = find_agency(session, slug)
    except SurveyError as error:
        raise NotFoundError from error
    person = viewer()
    if person.has(Role.SUPERADMIN):
        return place
    is_own = any(
        grant.role == Role.ADMIN and grant.agency_id == place.id and grant.unit_id is None
        for grant in person.account.grants
    )
    if not is_own:
        raise NotFoundError
    return place


def _page(session: Session, place: Agency, form: LogoForm) -> str:
    has_logo = bool(logo_of(session, place.id))
    return render_template("administer/logo.html", agency=place, form=form, has_logo=has_logo)
