"""Words of the citizen's pages: official texts with a helper beside them, and what errors say.

The official wording is Indonesian and always there; a helper text stands with it in the
language that was asked for. `lang` marks whatever is not in the language of the page.
"""

from flask import Flask
from flask_babel import gettext
from markupsafe import Markup

from instruments import Instrument
from instruments.errors import SurveyError
from instruments.translations import Translation
from survey_app.web.languages import LANGUAGES, message_language, page_language, wording_language

NOTHING = Translation(version="0")


def init_app(app: Flask) -> None:
    """Teach templates `said`, `told`, `helper_texts` and `offered_languages`."""
    for word in (said, told, helper_texts, offered_languages, wording_language):
        app.jinja_env.globals[word.__name__] = word


def helper_texts(instrument: Instrument) -> Translation:
    """The helper texts of an instrument in the language of this page; perhaps none at all."""
    return instrument.translations.get(wording_language(), NOTHING)


def offered_languages(instrument: Instrument) -> dict[str, str]:
    """Code and own name of each language that an instrument can be shown in."""
    offered = {"id", *instrument.translations}
    return {code: name for code, name in LANGUAGES.items() if code in offered}


def said(official: str, helper: str | None = None) -> Markup:
    """An official text with its helper, which is left out where it says the same."""
    shown = _in_indonesian(official)
    if not helper or helper == official:
        return shown
    return shown + Markup(' <span class="help">{}</span>').format(helper)


def told(error: SurveyError) -> Markup:
    """What an error says, in the language of the page where its words are translated."""
    if message_language() == "en":
        return Markup.escape(error.text("en"))
    official = error.text()
    translated = gettext(official)
    return _in_indonesian(official) if translated == official else Markup.escape(translated)


def _in_indonesian(text: str) -> Markup:
    if page_language() == "id":
        return Markup.escape(text)
    return Markup('<span lang="id">{}</span>').format(text)
