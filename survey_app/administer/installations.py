"""Other installations: a key is registered once its fingerprint was read out, or revoked."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.ledger.installations import (
    fingerprint,
    list_installations,
    register_installation,
    revoke_installation,
)
from survey_app.store.tables import Installation, Role
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language

blueprint = Blueprint("installations", __name__, template_folder="templates")

Page = str | AnyResponse | tuple[str, int]


class InstallationForm(FlaskForm):  # type: ignore[misc]
    """A key to trust, and the proof that it is the right one."""

    name = StringField(__("Nama instalasi"), [InputRequired(__("Wajib diisi.")), Length(max=200)])
    public_key = StringField(
        __("Kunci publik"),
        [InputRequired(__("Wajib diisi.")), Length(max=200)],
        description=__("64 angka heksadesimal public_key dari /transparansi/kunci.json di sana."),
    )
    fingerprint = StringField(
        __("Sidik jari yang dibacakan"),
        [InputRequired(__("Wajib diisi.")), Length(max=80)],
        description=__(
            "Minta pengelola instalasi itu membacakannya lewat jalan lain, misalnya telepon; "
            "tertulis di halaman Transparansi mereka."
        ),
    )


@blueprint.get("/kelola/instalasi")
@requires(Role.SUPERADMIN)
def overview() -> Page:
    """Who is trusted, and the form for another."""
    return _page(InstallationForm(formdata=None))


@blueprint.post("/kelola/instalasi")
@requires(Role.SUPERADMIN)
def register() -> Page:
    """Trust a key from now on."""
    form, parts, person = InstallationForm(), context(), viewer()
    if not form.validate_on_submit():
        return _page(form), 422
    fields = (form.name.data, form.public_key.data, form.fingerprint.data)
    try:
        with parts.store.write() as session:
            made = register_installation(session, *fields, person.account, parts.clock())
            mark = fingerprint(made.public_key)
            audit.record(
                session, person.account, "trust-installation", made.name, parts.clock(), key=mark
            )
    except SurveyError as error:
        form[error.where.field or "name"].errors = [error.text(message_language())]
        return _page(form), 422
    flash(_("Instalasi itu terdaftar; evaluator dapat mengimpor bundelnya."))
    return redirect(url_for("installations.overview"))


@blueprint.post("/kelola/instalasi/<int:number>/cabut")
@requires(Role.SUPERADMIN)
def revoke(number: int) -> AnyResponse:
    """Take nothing more from an installation."""
    parts, person = context(), viewer()
    with parts.store.write() as session:
        installation = session.get(Installation, number)
        if installation is None:
            raise NotFoundError
        revoke_installation(installation, person.account, parts.clock())
        name = installation.name
        audit.record(session, person.account, "revoke-installation", name, parts.clock())
    flash(
        _("Kunci itu tidak dipercaya lagi. Hasil yang sudah diimpor tetap ada dan tetap berlabel.")
    )
    return redirect(url_for("installations.overview"))


def _page(form: InstallationForm) -> str:
    with context().store.read() as session:
        known = [(one, fingerprint(one.public_key)) for one in list_installations(session)]
    return render_template("administer/installations.html", form=form, known=known)
