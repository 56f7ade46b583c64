"""Where anybody checks an evidence bundle in the browser: what was checked, and where it fails.

The file is read in memory and kept nowhere.
"""

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from instruments.errors import SurveyError
from survey_app.accounts.access import public
from survey_app.ledger.inspection import Inspection, inspect_bundle
from survey_app.respond.limits import limiter
from survey_app.web.context import context
from survey_app.web.languages import message_language

blueprint = Blueprint("bundle_check", __name__, template_folder="templates")

# A bundle takes a tenth of a second to check, and this page asks nobody's name.
CEILING = "20 per minute"
Page = str | tuple[str, int]

STEP_WORDS = {
    "files": __("Semua berkas ada dan tidak ada yang asing"),
    "hashes": __("Isi setiap berkas sama dengan yang ditandatangani"),
    "signature": __("Tanda tangan dan rantai kunci"),
    "chain": __("Rantai segel, dari segel pertama sampai terakhir"),
    "instrument": __("Kuesioner yang ditanyakan"),
    "tallies": __("Rekap jawaban tidak saling bertentangan"),
    "recomputation": __("Semua angka dihitung ulang dari rekap"),
    "masked": __("Taksiran pertanyaan dengan koin"),
    "quality": __("Keterangan mutu data"),
    "description": __("Survei, unit, dan periode pada keterangan paket"),
    "witness": __("Cocok dengan kepala segel yang diumumkan"),
}


class BundleForm(FlaskForm):  # type: ignore[misc]
    """A bundle to check."""

    file = FileField(__("Bundel bukti (ZIP)"), [FileRequired(__("Pilih berkasnya."))])


@blueprint.get("/verifikasi")
@public
def ask() -> Page:
    """Choose a bundle."""
    return _page(BundleForm())


@blueprint.post("/verifikasi")
@public
@limiter.limit(CEILING)
def check() -> Page:
    """Check it and say what was checked; 422 where anything is wrong."""
    form = BundleForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with context().store.read() as session:
            found = inspect_bundle(session, form.file.data.read())
    except SurveyError as error:
        form.file.errors = [error.text(message_language())]
        return _page(form), 422
    return _page(form, found), 200 if found.is_good else 422


def _page(form: BundleForm, found: Inspection | None = None) -> str:
    return render_template(
        "publish/verify_bundle.html",
        form=form,
        found=found,
        words=STEP_WORDS,
        language=message_language(),
    )
