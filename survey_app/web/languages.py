"""Which language a page speaks. Indonesian comes first; others when they are asked for."""

from typing import Any

from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale

from instruments.errors import Language

# `mudah` is Indonesian in short sentences: other helper texts, the same words on the page.
LANGUAGES = {
    "id": "Bahasa Indonesia",
    "mudah": "Bahasa mudah",
    "jv": "Basa Jawa",
    "su": "Basa Sunda",
    "en": "English",
}
DESK_LANGUAGES = ("id", "en")
# Where pages have every language; elsewhere they have those of the desk.
CITIZEN_PATHS = ("/s/", "/t/", "/struk/", "/api/")
ASKED = "bahasa"

babel = Babel()


def init_app(app: Flask) -> None:
    """Set up catalogues; templates know `page_language()`, and addresses keep the language."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "web/translations"
    app.config["BABEL_DEFAULT_LOCALE"] = "id"
    babel.init_app(app, locale_selector=_choose_locale)
    app.jinja_env.globals["page_language"] = page_language
    app.url_defaults(_keep_language)


def page_language() -> str:
    """The language of this page as a `lang` attribute."""
    return str(get_locale() or "id")


def wording_language() -> str:
    """The key of LANGUAGES that this request asks for."""
    # Asked for in the address, never guessed from the browser: the legal wording is Indonesian.
    # Machines say it with Accept-Language, which browsers send without being asked.
    asked = request.args.get(ASKED, "")
    if not asked and request.path.startswith("/api/"):
        asked = request.accept_languages.best_match(LANGUAGES) or ""
    is_citizen = f"{request.path}/".startswith(CITIZEN_PATHS)
    return asked if asked in (LANGUAGES if is_citizen else DESK_LANGUAGES) else "id"


def message_language() -> Language:
    """The language for error messages."""
    return "en" if has_request_context() and page_language() == "en" else "id"


def _choose_locale() -> str:
    chosen = wording_language()
    return "id" if chosen == "mudah" else chosen


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """Carry the language from page to page in the address, for want of a cookie."""
    if has_request_context() and endpoint != "static" and wording_language() != "id":
        values.setdefault(ASKED, wording_language())
