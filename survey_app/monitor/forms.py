"""Forms of the desk."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length


class ActForm(FlaskForm):  # type: ignore[misc]
    """An act without anything to fill in; it carries the anti-forgery token."""


class PublishForm(FlaskForm):  # type: ignore[misc]
    """Publishing; a second time needs a reason."""

    reason = StringField(_("Alasan penerbitan ulang"), [Length(max=500)])
