"""Writes an instrument as an XLSForm workbook for ODK, KoboToolbox and their kin.

The sheets `survey`, `choices` and `settings` are the standard's. What only we need (numbers of
the regulation, weights, the rule of the index, who approved a translation) stands in columns and
sheets whose names begin with `zi_`, which other programs pass over, so that nothing is lost on
the way back (`instruments.xlsform_reading`).
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from instruments.masked import NO, YES
from instruments.model import Instrument, Item
from instruments.translations import Translation

OFFICIAL = "id"
# An XLSForm names a language as "name (BCP 47 tag)"; `mudah` has no tag of its own.
TAGS = {"mudah": "id-x-mudah"}
NAMES = {
    OFFICIAL: "Indonesia",
    "mudah": "Indonesia mudah",
    "jv": "Basa Jawa",
    "su": "Basa Sunda",
    "en": "English",
}
SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
INDEX, TRANSLATIONS = "zi_index", "zi_translations"
INTRODUCTION, NOTICE = "pengantar", "pemberitahuan"
YES_NO = "ya_tidak"
YES_NO_LABELS = {YES: "Ya", NO: "Tidak"}

SURVEY_COLUMNS = (
    *("type", "name", "required", "zi_part", "zi_number", "zi_form_position", "zi_weight"),
    *("zi_replaceable", "zi_coins"),
)
WORDED_COLUMNS = ("label", "hint", "zi_label")
CHOICE_COLUMNS = ("list_name", "name")
SETTING_COLUMNS = (
    *("form_title", "form_id", "version", "default_language", "zi_short_title", "zi_regulation"),
    *("zi_is_sensitive", "zi_based_on"),
)
INDEX_COLUMNS = ("code", "name", "conversion", "grade", "grade_label", "minimum")
TRANSLATION_COLUMNS = ("language", "version", "approved_by", "approved_on", "title")

Row = dict[str, Any]
Words = Mapping[str, str]


def language_name(code: str) -> str:
    """How an XLSForm calls a language of ours.

    >>> language_name("id"), language_name("mudah"), language_name("ban")
    ('Indonesia (id)', 'Indonesia mudah (id-x-mudah)', 'ban (ban)')
    """
    return f"{NAMES.get(code, code)} ({TAGS.get(code, code)})"


def worded(column: str, code: str) -> str:
    """The heading of a column of words in one language."""
    return f"{column}::{language_name(code)}"


def write_xlsform(instrument: Instrument) -> bytes:
    """The instrument as an XLSForm workbook (XLSX); every text is a text, never a formula."""
    languages = (OFFICIAL, *instrument.translations)
    survey = [*SURVEY_COLUMNS, *(worded(c, code) for c in WORDED_COLUMNS for code in languages)]
    choices = [*CHOICE_COLUMNS, *(worded("label", code) for code in languages)]
    return _workbook(
        {
            SURVEY: (survey, _survey_rows(instrument)),
            CHOICES: (choices, _choice_rows(instrument)),
            SETTINGS: (SETTING_COLUMNS, [_settings(instrument)]),
            INDEX: (INDEX_COLUMNS, _index_rows(instrument)),
            TRANSLATIONS: (TRANSLATION_COLUMNS, _translation_rows(instrument)),
        }
    )


def scale_list(item: Item) -> str:
    """The name of an item's list of choices."""
    return f"skala_{item.code}"


def _survey_rows(instrument: Instrument) -> Iterable[Row]:
    for name in (INTRODUCTION, NOTICE):
        part = {INTRODUCTION: "introduction", NOTICE: "notice"}[name]
        words = _in_all(instrument, "label", getattr(instrument, part), part)
        yield {"type": "note", "name": name, "zi_part": part} | words
    for item in instrument.form_items:
        yield _item_row(instrument, item)
    for question in instrument.profile:
        labels = {
            code: words.profile[question.code].label
            for code, words in instrument.translations.items()
            if question.code in words.profile
        }
        yield {
            "type": f"select_one profil_{question.code}",
            "name": question.code,
            "required": "no",
            "zi_part": "profile",
        } | _words("label", question.label, labels)
    for masked in instrument.masked:
        others = {
            code: words.masked[masked.code]
            for code, words in instrument.translations.items()
            if masked.code in words.masked
        }
        yield (
            {"type": f"select_one {YES_NO}", "name": masked.code, "required": "no"}
            | {"zi_part": "masked", "zi_coins": masked.coins}
            | _words("label", masked.question, {c: one.question for c, one in others.items()})
            | _words("zi_label", masked.label, {c: one.label for c, one in others.items()})
        )


def _item_row(instrument: Instrument, item: Item) -> Row:
    others = {
        code: words.items[item.code]
        for code, words in instrument.translations.items()
        if item.code in words.items
    }
    return (
        {
            "type": f"select_one {scale_list(item)}",
            "name": item.code,
            "required": "no",
            "zi_part": "item",
            "zi_number": item.number,
            "zi_form_position": item.form_position,
            "zi_weight": instrument.weights.get(item.code),
            "zi_replaceable": "yes" if item.replaceable else None,
        }
        | _words("label", item.question, {code: one.question for code, one in others.items()})
        | _words("hint", item.info, {code: one.info for code, one in others.items()})
        | _words("zi_label", item.label, {code: one.label for code, one in others.items()})
    )


def _choice_rows(instrument: Instrument) -> Iterable[Row]:
    for item in instrument.form_items:
        for at, option in enumerate(item.options):
            others = {
                code: words.items[item.code].options[at]
                for code, words in instrument.translations.items()
                if item.code in words.items
            }
            row = {"list_name": scale_list(item), "name": option.value}
            yield row | _words("label", option.label, others)
    for question in instrument.profile:
        for choice in question.options:
            others = {
                code: words.profile[question.code].options[choice.code]
                for code, words in instrument.translations.items()
                if question.code in words.profile
            }
            row = {"list_name": f"profil_{question.code}", "name": choice.code}
            yield row | _words("label", choice.label, others)
    if instrument.masked:
        for value, label in YES_NO_LABELS.items():
            row = {"list_name": YES_NO, "name": value}
            yield row | _words("label", label, dict.fromkeys(instrument.translations, label))


def _settings(instrument: Instrument) -> Row:
    return {
        "form_title": instrument.title,
        "form_id": instrument.id,
        "version": instrument.version,
        "default_language": language_name(OFFICIAL),
        "zi_short_title": instrument.short_title,
        "zi_regulation": instrument.regulation,
        "zi_is_sensitive": "yes" if instrument.is_sensitive else "no",
        "zi_based_on": instrument.based_on,
    }


def _index_rows(instrument: Instrument) -> Iterable[Row]:
    rule = instrument.index
    named: Row = {"code": rule.code, "name": rule.name, "conversion": rule.conversion}
    for band in rule.bands:
        shown = {"grade": band.grade, "grade_label": band.label, "minimum": str(band.minimum)}
        yield named | shown
        named = {}


def _translation_rows(instrument: Instrument) -> Iterable[Row]:
    for code, words in instrument.translations.items():
        yield {
            "language": code,
            "version": words.version,
            "approved_by": words.approved_by,
            "approved_on": words.approved_on.isoformat() if words.approved_on else None,
            "title": words.title,
        }


def _in_all(instrument: Instrument, column: str, official: str, part: str) -> Row:
    others = {code: _part(words, part) for code, words in instrument.translations.items()}
    return _words(column, official, others)


def _part(words: Translation, part: str) -> str:
    return getattr(words, part) or ""


def _words(column: str, official: str, others: Words) -> Row:
    return {worded(column, code): text for code, text in {OFFICIAL: official, **others}.items()}


def _workbook(sheets: Mapping[str, tuple[Sequence[str], Iterable[Row]]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, plain) as book:
        bold = book.add_format({"bold": True})
        for name, (columns, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, columns, bold)
            for number, row in enumerate(rows, 1):
                for at, column in enumerate(columns):
                    value = row.get(column)
                    if value not in {None, ""}:
                        sheet.write(number, at, value)
            sheet.freeze_panes(1, 2 if name in {SURVEY, CHOICES} else 0)
            sheet.set_column(0, len(columns), 24)
    return buffer.getvalue()
