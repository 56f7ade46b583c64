"""Evaluators' forms: points of the worksheet, an external survey's index, the proposal's basis."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from instruments.errors import SurveyError, SurveyErrors, Where
from survey_app.accounts import audit
from survey_app.accounts.access import Viewer, requires, viewer
from survey_app.clock import day_in
from survey_app.store.tables import Role, Unit
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError
from survey_app.web.languages import message_language
from survey_app.zi.documents import keep_document, list_documents
from survey_app.zi.entries import (
    INDICES,
    SOURCE_LENGTH,
    Component,
    NewEntry,
    components,
    fetch_entries,
    read_value,
    record_entries,
)
from survey_app.zi.evaluations import (
    Basis,
    basis_of,
    begin_evaluation,
    find_evaluation,
    require_year,
    set_basis,
)

blueprint = Blueprint("zi_entries", __name__, template_folder="templates")

REQUIRED = InputRequired(__("Wajib diisi."))
Page = str | Response | tuple[str, int]


class PointsForm(FlaskForm):  # type: ignore[misc]
    """Points of the worksheet; `form_of` adds one field for each component."""

    source = StringField(
        __("Dokumen sumber"),
        [Length(max=SOURCE_LENGTH)],
        description=__("Misalnya LKE ZI 2026 hasil evaluasi TPI, tanggal 12 Mei 2026."),
    )


class ExternalForm(FlaskForm):  # type: ignore[misc]
    """An external survey's index with its document."""

    code = SelectField(__("Indeks"), choices=list(INDICES.items()))
    value = StringField(
        __("Indeks pada skala 4"), description=__("Kosongkan untuk menarik nilai yang lama.")
    )
    n = IntegerField(__("Jumlah responden"), [Optional()])
    se = StringField(
        __("Galat baku pada skala 4"),
        description=__("Bila laporan menyebutnya; dari sini dihitung seberapa pasti."),
    )
    source = StringField(
        __("Dokumen sumber"),
        [Length(max=SOURCE_LENGTH)],
        description=__("Nama, nomor, dan tanggal laporan survei eksternal."),
    )
    file = FileField(
        __("Berkas dokumen"), description=__("PDF, PNG, JPEG, DOCX, atau XLSX, paling besar 4 MB.")
    )


class BasisForm(FlaskForm):  # type: ignore[misc]
    """The day of the proposal and the months that its indices are the mean of."""

    months = IntegerField(__("Jumlah bulan terakhir"), [REQUIRED])
    proposed_on = DateField(
        __("Tanggal usulan"),
        [Optional()],
        description=__("Survei yang periodenya berakhir sesudahnya tidak dihitung."),
    )


@blueprint.get("/zi/<slug>/<int:year>/isi")
@requires(Role.EVALUATOR)
def overview(slug: str, year: int) -> str:
    """All forms of a unit's year, filled with what counts now."""
    return _page(slug, year)


@blueprint.post("/zi/<slug>/<int:year>/isi/poin")
@requires(Role.EVALUATOR)
def points(slug: str, year: int) -> Page:
    """Enter points of the worksheet."""

    def save(session: Session, unit: Unit, basis: Basis) -> None:
        known = _point_components(basis)
        form = _form_of(known, None)
        if not form.validate_on_submit():
            raise _Refused(points=form)
        try:
            before = _entries(session, unit, year)
            entries = [_point_entry(form, one, before.get(one.code)) for one in known]
            person, now = viewer().account, context().clock()
            record_entries(session, unit, year, entries, person, now)
        except SurveyError as error:
            raise _Refused(points=_with_faults(form, error)) from error

    return _act(slug, year, "zi-points", save)


@blueprint.post("/zi/<slug>/<int:year>/isi/eksternal")
@requires(Role.EVALUATOR)
def external(slug: str, year: int) -> Page:
    """Enter an external survey's index."""

    def save(session: Session, unit: Unit, basis: Basis) -> None:
        form = ExternalForm()
        if not form.validate_on_submit():
            raise _Refused(external=form)
        try:
            _record_external(session, unit, year, form)
        except SurveyError as error:
            raise _Refused(external=_with_faults(form, error)) from error

    return _act(slug, year, "zi-external", save)


@blueprint.post("/zi/<slug>/<int:year>/isi/dasar")
@requires(Role.EVALUATOR)
def basis(slug: str, year: int) -> Page:
    """Say on which months and day the proposal stands."""

    def save(session: Session, unit: Unit, _basis: Basis) -> None:
        form = BasisForm()
        if not form.validate_on_submit():
            raise _Refused(basis=form)
        try:
            now, person = context().clock(), viewer().account
            begun = begin_evaluation(session, unit, year, now)
            set_basis(session, begun, form.months.data, form.proposed_on.data, person, now)
        except SurveyError as error:
            raise _Refused(basis=_with_faults(form, error)) from error

    return _act(slug, year, "zi-basis", save)


def may_enter(session: Session, person: Viewer, unit: Unit) -> bool:
    """Whether a person may enter scores of a unit."""
    if not person.has(Role.EVALUATOR):
        return False
    visible = person.visible_unit_ids(session, Role.EVALUATOR)
    return visible is None or unit.id in visible


class _Refused(Exception):
    """A form that was not good: what was written is rolled back, and the form shown again."""

    def __init__(self, **forms: FlaskForm) -> None:
        super().__init__()
        self.forms = forms


def _act(slug: str, year: int, action: str, save: Callable[[Session, Unit, Basis], None]) -> Page:
    parts, person = context(), viewer()
    try:
        with parts.store.write() as session:
            unit = _find(session, slug, year)
            save(session, unit, basis_of(session, unit.id, year, parts.clock().date()))
            audit.record(session, person.account, action, f"{slug}/{year}", parts.clock())
    except _Refused as refusal:
        return _page(slug, year, **refusal.forms), 422
    flash(_("Nilai disimpan."))
    return redirect(url_for("zi.score", slug=slug, year=year))


def _find(session: Session, slug: str, year: int) -> Unit:
    unit = viewer().find_unit(session, slug, Role.EVALUATOR)
    try:
        require_year(year, day_in(unit.timezone, context().clock()))
    except SurveyError as error:
        raise NotFoundError from error
    return unit


def _page(slug: str, year: int, **forms: FlaskForm) -> str:
    with context().store.read() as session:
        unit = _find(session, slug, year)
        basis_now = basis_of(session, unit.id, year, context().clock().date())
        begun = find_evaluation(session, unit.id, year)
        return render_template(
            "zi/entries.html",
            unit=unit,
            year=year,
            rules=basis_now.rules,
            points=forms.get("points")
            or _form_of(_point_components(basis_now), _entries(session, unit, year)),
            external=forms.get("external") or ExternalForm(formdata=None),
            basis=forms.get("basis") or BasisForm(formdata=None, obj=basis_now),
            entries=_entries(session, unit, year),
            documents=list_documents(session, begun.id) if begun else {},
        )


def _point_components(found: Basis) -> list[Component]:
    return [one for one in components(found.rules).values() if not one.is_index]


def _entries(session: Session, unit: Unit, year: int) -> dict[str, Any]:
    begun = find_evaluation(session, unit.id, year)
    return fetch_entries(session, begun.id if begun else None)


def _form_of(known: list[Component], entries: dict[str, Any] | None) -> PointsForm:
    """The form with one field a component, filled from entries or (None) from the request."""
    fields = {
        one.code: StringField(f"{one.label}{f', {one.part}' if one.part else ''}") for one in known
    }
    made = type("Points", (PointsForm,), fields)
    if entries is None:
        posted: PointsForm = made()
        return posted
    form: PointsForm = made(formdata=None)
    for one in known:
        if one.code in entries:
            form[one.code].data = _written(entries[one.code].value)
    sources = {entries[one.code].source for one in known if one.code in entries}
    form.source.data = sources.pop() if len(sources) == 1 else ""
    return form


def _point_entry(form: PointsForm, one: Component, before: Any) -> NewEntry:
    value = read_value(form[one.code].data or "", Where(field=one.code))
    source = form.source.data or ""
    if before is not None and value == Decimal(_written(before.value).replace(",", ".")):
        source = before.source or source
    return NewEntry(one.code, value, source)


def _written(value: Any) -> str:
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f").replace(".", ",")


def _record_external(session: Session, unit: Unit, year: int, form: ExternalForm) -> None:
    person, now, code = viewer().account, context().clock(), form.code.data
    entry = NewEntry(
        code,
        read_value(form.value.data or "", Where(field="value")),
        form.source.data or "",
        read_value(form.se.data or "", Where(field="se")),
        form.n.data,
    )
    record_entries(session, unit, year, [entry], person, now)
    upload = form.file.data
    if upload and upload.filename:
        begun = begin_evaluation(session, unit, year, now)
        name = upload.filename
        keep_document(session, begun, f"entry:{code}", name, upload.read(), person, now)


def _with_faults(form: FlaskForm, error: SurveyError) -> FlaskForm:
    """The form with each fault at its field, or on top where it has none."""
    for one in error.errors if isinstance(error, SurveyErrors) else [error]:
        words, place = one.text(message_language()), one.where.field or ""
        code, _colon, part = place.partition(":")
        target = part if part in form else code if code in form else ""
        if not target and code in INDICES and "value" in form:
            target = "value"
        if target:
            form[target].errors = [*form[target].errors, words]
        else:
            form.form_errors.append(words)
    return form
