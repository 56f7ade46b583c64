"""The page of the four benefits: series with their change, and a form for series by hand."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from analysis.pictures import Mark, trend_picture
from instruments.errors import Where
from survey_app.accounts.access import requires, viewer
from survey_app.publish.queries import list_published
from survey_app.store.tables import Unit, ZiEvaluation
from survey_app.web.context import context
from survey_app.zi.entries import read_value
from survey_app.zi.outcomes import Benefit, NewOutcome, Series, list_series, record_outcome
from survey_app.zi.saving import READERS, WRITERS, actors_of, find_place, save

blueprint = Blueprint("zi_outcomes", __name__, template_folder="templates")

Page = str | Response | tuple[str, int]
REQUIRED = InputRequired(__("Wajib diisi."))
BENEFITS = [
    (Benefit.TRUST, __("Kepercayaan publik")),
    (Benefit.CORRUPTION, __("Pencegahan korupsi")),
    (Benefit.EFFICIENCY, __("Efisiensi dan efektivitas")),
    (Benefit.QUALITY, __("Kualitas pelayanan")),
]


class OutcomeForm(FlaskForm):  # type: ignore[misc]
    """One value of a series by hand."""

    benefit = SelectField(__("Manfaat"), choices=BENEFITS)
    name = StringField(
        __("Nama deret"),
        [REQUIRED, Length(max=200)],
        description=__("Sama persis dengan nilai sebelumnya, misalnya Pengaduan per bulan."),
    )
    unit = StringField(__("Satuan"), [Length(max=40)])
    direction = SelectField(
        __("Arah yang baik"), choices=[("naik", __("Makin tinggi")), ("turun", __("Makin rendah"))]
    )
    day = DateField(__("Akhir periode"), [REQUIRED])
    value = StringField(
        __("Angka"), description=__("Kosongkan untuk menarik nilai pada tanggal itu.")
    )
    se = StringField(
        __("Galat baku"), description=__("Bila diketahui; tanpa itu perubahan tidak dinilai.")
    )
    source = StringField(__("Sumber"), [REQUIRED, Length(max=300)])


@blueprint.get("/zi/<slug>/<int:year>/manfaat")
@requires(*READERS)
def overview(slug: str, year: int) -> str:
    """All series of the unit."""
    return _page(slug, year, OutcomeForm(formdata=None))


@blueprint.post("/zi/<slug>/<int:year>/manfaat")
@requires(*WRITERS)
def record(slug: str, year: int) -> Page:
    """Add a value by hand."""
    form = OutcomeForm()

    def act(session: Session, unit: Unit, _evaluation: ZiEvaluation) -> None:
        entry = NewOutcome(
            Benefit(form.benefit.data),
            form.name.data,
            form.unit.data or "",
            form.day.data,
            read_value(form.value.data or "", Where(field="value")),
            read_value(form.se.data or "", Where(field="se")),
            form.source.data,
            is_higher_better=form.direction.data == "naik",
        )
        record_outcome(session, unit, entry, viewer().account, context().clock())

    if save(slug, year, WRITERS, "zi-outcome", form, act):
        flash(_("Nilai deret disimpan."))
        return redirect(url_for("zi_outcomes.overview", slug=slug, year=year))
    return _page(slug, year, form), 422


def draw(series: Series) -> Markup | None:
    """The course of a series on 0-100; None for one point, or values off that scale."""
    if len(series.points) < 2 or not series.is_on_hundred:
        return None
    marks = [Mark(one.label, one.estimate.value, one.estimate.interval) for one in series.points]
    changes = [step.change.points.value if step.is_change() else None for step in series.steps]
    return trend_picture(marks, series.name, changes)


def _page(slug: str, year: int, form: OutcomeForm) -> str:
    with context().store.read() as session:
        unit = find_place(session, slug, year, *READERS)
        series = list_series(session, unit, list_published(session, unit_slug=slug))
        return render_template(
            "zi/outcomes.html",
            unit=unit,
            year=year,
            benefits=dict(BENEFITS),
            series=series,
            draw=draw,
            form=form if actors_of(session, viewer(), unit) else None,
        )
