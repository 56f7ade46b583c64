"""Sends one letter by whatever mail server the settings name."""

import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from survey_app.settings import Settings

SMTP_SECONDS = 20


def send_letter(settings: Settings, letter: EmailMessage) -> None:
    """Send by `smtp://` (STARTTLS where offered) or `smtps://`, with log-in where given.

    Raises OSError (which smtplib's errors are) where the mail server cannot be had.
    """
    address = urlsplit(settings.smtp_url)
    is_tls = address.scheme == "smtps"
    kind = smtplib.SMTP_SSL if is_tls else smtplib.SMTP
    port = address.port or (465 if is_tls else 25)
    with kind(address.hostname or "localhost", port, timeout=SMTP_SECONDS) as server:
        if not is_tls and server.ehlo() and server.has_extn("starttls"):
            server.starttls()
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(letter)
