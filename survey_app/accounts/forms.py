"""Forms of the account pages."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

REQUIRED = InputRequired(_("Wajib diisi."))


class LogInForm(FlaskForm):  # type: ignore[misc]
    """Who are you."""

    email = EmailField(
        _("Alamat surel"), [REQUIRED, Length(max=254)], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _("Kata sandi"),
        [REQUIRED, Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    lanjut = HiddenField()


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password."""

    current = PasswordField(
        _("Kata sandi sekarang"), [REQUIRED], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField(
        _("Kata sandi baru"),
        [REQUIRED, Length(max=200)],
        render_kw={"autocomplete": "new-password"},
        description=_("Paling sedikit 12 karakter. Beberapa kata lebih baik daripada satu."),
    )


class TokenForm(FlaskForm):  # type: ignore[misc]
    """Asks for a token; there is nothing to fill in."""
