"""The rules' page: what is valid, every version, and for an administrator a new version."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from analysis.zi_rules import ZiRules
from instruments.errors import SurveyError
from survey_app.accounts import audit
from survey_app.accounts.access import requires, viewer
from survey_app.store.tables import Role
from survey_app.web.context import context
from survey_app.web.languages import message_language
from survey_app.zi.rule_forms import RuleField, changed_content, rule_fields
from survey_app.zi.rules import add_rules, list_rule_versions, rules_on

blueprint = Blueprint("zi_rules", __name__, template_folder="templates")

READERS = (Role.STAFF, Role.ADMIN, Role.EVALUATOR, Role.INSPECTOR, Role.AUDITOR)
REQUIRED = InputRequired(__("Wajib diisi."))
Page = str | Response | tuple[str, int]


class RulesForm(FlaskForm):  # type: ignore[misc]
    """What every version says of itself; `_form` adds a field for each figure."""

    regulation = StringField(__("Dasar hukum"), [REQUIRED, Length(max=300)])
    effective_from = DateField(
        __("Berlaku sejak"),
        [REQUIRED],
        description=__("Evaluasi yang sudah berjalan tetap memakai aturannya sendiri."),
    )
    source = StringField(__("Sumber"), [Length(max=500)])
    reason = TextAreaField(__("Alasan perubahan"), [REQUIRED, Length(max=1000)])


@blueprint.get("/zi/aturan")
@requires(*READERS)
def overview() -> str:
    """The rules valid today and every version."""
    return _page(None)


@blueprint.post("/zi/aturan")
@requires(Role.SUPERADMIN)
def add() -> Page:
    """Add a version, valid from a day."""
    parts, person = context(), viewer()
    with parts.store.read() as session:
        rules = rules_on(session, parts.clock().date())
    form = _form(rules, is_filled=False)
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with parts.store.write() as session:
            content = _content(rules, form)
            added = add_rules(session, content, form.reason.data, person.account, parts.clock())
            audit.record(
                session,
                person.account,
                "add-zi-rules",
                added.id,
                parts.clock(),
                valid_from=added.effective_from.isoformat(),
                changed=_changes(rules, added),
            )
    except SurveyError as error:
        _show(form, error)
        return _page(form), 422
    flash(_("Aturan baru disimpan."))
    return redirect(url_for("zi_rules.overview"))


def _page(form: RulesForm | None) -> str:
    is_owner = viewer().has(Role.SUPERADMIN)
    with context().store.read() as session:
        rules = rules_on(session, context().clock().date())
        versions = list_rule_versions(session)
    if is_owner and form is None:
        form = _form(rules, is_filled=True)
    groups: dict[str, list[RuleField]] = {}
    for field in rule_fields(rules):
        groups.setdefault(field.group, []).append(field)
    return render_template(
        "zi/rules.html",
        rules=rules,
        versions=versions,
        groups=groups,
        form=form if is_owner else None,
    )


def _form(rules: ZiRules, *, is_filled: bool) -> RulesForm:
    fields = rule_fields(rules)
    made: Any = type(
        "Rules",
        (RulesForm,),
        {
            one.name: StringField(f"{one.group}: {one.label}", [REQUIRED, Length(max=200)])
            for one in fields
        },
    )
    if not is_filled:
        posted: RulesForm = made()
        return posted
    form: RulesForm = made(formdata=None)
    form.regulation.data, form.source.data = rules.regulation, rules.source
    for one in fields:
        form[one.name].data = one.value
    return form


def _content(rules: ZiRules, form: RulesForm) -> dict[str, Any]:
    values = {one.name: form[one.name].data for one in rule_fields(rules)}
    day = form.effective_from.data
    return changed_content(rules, values) | {
        "id": f"aturan-{day.isoformat()}",
        "regulation": form.regulation.data.strip(),
        "source": form.source.data.strip(),
        "effective_from": day.isoformat(),
    }


def _changes(before: ZiRules, after: ZiRules) -> dict[str, list[str]]:
    old = {one.name: one.value for one in rule_fields(before)}
    new = {one.name: one.value for one in rule_fields(after)}
    return {name: [old[name], new[name]] for name in new if old.get(name) != new[name]}


def _show(form: RulesForm, error: SurveyError) -> None:
    """The fault at its field, where the rules' key is one."""
    words, name = error.text(message_language()), error.where.field or ""
    if name in form:
        form[name].errors = [*form[name].errors, words]
    else:
        form.form_errors.append(words)
