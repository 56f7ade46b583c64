"""Which language a page speaks. Indonesian comes first; English when it is asked for."""

from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale

from instruments.errors import Language

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}

babel = Babel()


def init_app(app: Flask) -> None:
    """Set up catalogues; templates know `page_language()`."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "web/translations"
    app.config["BABEL_DEFAULT_LOCALE"] = "id"
    babel.init_app(app, locale_selector=_choose)
    app.jinja_env.globals["page_language"] = page_language


def page_language() -> str:
    """The language of this page as a `lang` attribute."""
    return str(get_locale() or "id")


def message_language() -> Language:
    """The language for error messages."""
    return "en" if has_request_context() and page_language() == "en" else "id"


def _choose() -> str:
    # Asked for in the address, never guessed from the browser: the legal wording is Indonesian.
    # Machines say it with Accept-Language, which browsers send without being asked.
    asked = request.args.get("bahasa", "")
    if not asked and request.path.startswith("/api/"):
        asked = request.accept_languages.best_match(LANGUAGES) or ""
    return asked if asked in LANGUAGES else "id"
