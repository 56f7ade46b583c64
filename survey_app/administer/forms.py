"""Forms of administration."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import EmailField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

import instruments
from instruments import Instrument
from instruments.errors import SurveyError, SurveyErrors
from survey_app.store.tables import Channel, Role
from survey_app.web.languages import message_language

REQUIRED = InputRequired(_("Wajib diisi."))
CODE = Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_("Huruf kecil, angka, dan tanda hubung saja."))
ZONES = [
    ("Asia/Jakarta", "WIB"),
    ("Asia/Pontianak", "WIB (Kalimantan)"),
    ("Asia/Makassar", "WITA"),
    ("Asia/Jayapura", "WIT"),
]
ROLES = [
    (Role.STAFF, _("Petugas unit")),
    (Role.ADMIN, _("Administrator")),
    (Role.EVALUATOR, _("Evaluator (TPI/TPN)")),
    (Role.INSPECTOR, _("Inspektorat")),
    (Role.AUDITOR, _("Auditor")),
]
CHANNELS = [
    (Channel.OPEN, _("Tautan terbuka")),
    (Channel.TICKET, _("Tiket sekali pakai")),
    (Channel.KIOSK, _("Kios")),
    (Channel.LOBBY, _("Kode lobi")),
    (Channel.ASSISTED, _("Dibantu petugas")),
]


class AgencyForm(FlaskForm):  # type: ignore[misc]
    """A new agency."""

    name = StringField(_("Nama instansi"), [REQUIRED, Length(max=200)])
    slug = StringField(_("Kode instansi"), [REQUIRED, Length(max=80), CODE])


class UnitForm(FlaskForm):  # type: ignore[misc]
    """A new unit of an agency."""

    name = StringField(_("Nama unit"), [REQUIRED, Length(max=200)])
    slug = StringField(
        _("Kode unit"),
        [REQUIRED, Length(max=80), CODE],
        description=_("Dipakai dalam alamat halaman, misalnya disdukcapil-kota."),
    )
    parent = SelectField(_("Di bawah"))
    address = StringField(_("Alamat"), [Length(max=300)])
    timezone = SelectField(_("Zona waktu"), choices=ZONES)


class ServiceForm(FlaskForm):  # type: ignore[misc]
    """A new service of a unit."""

    name = StringField(_("Nama layanan"), [REQUIRED, Length(max=200)], id="nama-layanan")
    code = StringField(_("Kode layanan"), [REQUIRED, Length(max=40), CODE], id="kode-layanan")


class AccountForm(FlaskForm):  # type: ignore[misc]
    """A new account with its role at a unit."""

    email = EmailField(_("Alamat surel"), [REQUIRED, Length(max=254)])
    name = StringField(_("Nama"), [REQUIRED, Length(max=200)], id="nama-akun")
    role = SelectField(_("Peran"), choices=ROLES)


class SurveyForm(FlaskForm):  # type: ignore[misc]
    """A new survey of a unit."""

    instrument = SelectField(_("Kuesioner"))
    period = StringField(
        _("Periode"),
        [REQUIRED, Length(max=20)],
        description=_("Tulis 2026, 2026-S1, 2026-TW4, atau 2026-11."),
    )
    population = IntegerField(
        _("Pengguna layanan dalam periode itu"),
        [Optional(), NumberRange(1, 1_000_000_000)],
        description=_("Dipakai bila jumlah per layanan tidak diisi."),
    )

    def offer(self, custom: list[Instrument]) -> "SurveyForm":
        """Offer every instrument of the catalogue and those that were added here."""
        self.instrument.choices = [
            (one.id, f"{one.title} ({one.regulation})") for one in instruments.available()
        ] + [(one.sha256, f"{one.title} ({one.id} versi {one.version})") for one in custom]
        return self


class InstrumentForm(FlaskForm):  # type: ignore[misc]
    """A questionnaire of the unit's own, as a TOML file or an XLSForm workbook."""

    file = FileField(
        _("Berkas kuesioner (TOML atau XLSForm)"), [FileRequired(_("Pilih berkasnya."))]
    )


class LinkForm(FlaskForm):  # type: ignore[misc]
    """A new link of a survey."""

    service = SelectField(_("Layanan"))
    counter = StringField(_("Loket atau tempat"), [Length(max=80)])
    channel = SelectField(_("Saluran"), choices=CHANNELS)


def show_error(form: Any, error: SurveyError) -> None:
    """Put an error beside the field it names, or on top of the form."""
    for part in error.errors if isinstance(error, SurveyErrors) else [error]:
        name = part.where.field
        if name in form:
            form[name].errors = [*form[name].errors, part.text(message_language())]
        else:
            form.form_errors.append(part.line(message_language()))
