"""Draws the questionnaires of a batch: A4, one sheet of paper for each, ready for both sides.

The words of questions and answers are the instrument's own. Its notice says that officers do
not see an answer, which is not so on paper; what is printed instead says who reads the sheet.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from instruments import Instrument
from survey_app.monitor.posters import qr_svg
from survey_app.paper.sheets import (
    Question,
    item_questions,
    masked_questions,
    profile_questions,
)
from survey_app.typeset import png_as_svg, set_pages

NOTICE = (
    "Tanpa nama: jangan tulis nama, nomor telepon, atau NIK. Petugas yang memasukkan data ke "
    "sistem membaca lembar ini, tetapi tidak dicatat siapa menerima lembar yang mana. Mengisi "
    "bersifat sukarela, dan pertanyaan boleh dilewati. Hasilnya diumumkan sebagai angka gabungan."
)
_TEMPLATE = Path(__file__).parent / "data" / "questionnaire.typ"
_COUNTING_DOTS = 8
_COINS = {1: "satu koin", 2: "dua koin", 3: "tiga koin"}


@dataclass(frozen=True)
class Questionnaire:
    """What the sheets of a batch say. `logo` is a PNG or empty."""

    code: str
    sheets: int
    agency: str
    unit: str
    place: str
    title: str
    period: str
    instrument: Instrument
    note: str = ""
    logo: bytes = b""


def draw_questionnaires(
    paper: Questionnaire,
    form: Literal["pdf", "png"] = "pdf",
    numbers: Sequence[int] | None = None,
    dots_per_inch: int = 100,
) -> list[bytes]:
    """The sheets of a batch, or those with some numbers: one PDF, or a PNG for each page."""
    content = {
        "code": shown_code(paper.code),
        "sheets": paper.sheets,
        "numbers": list(numbers or range(1, paper.sheets + 1)),
        "agency": paper.agency,
        "unit": paper.unit,
        "place": paper.place,
        "title": paper.title,
        "survey": f"{paper.instrument.short_title} {paper.period}",
        "introduction": paper.instrument.introduction,
        "notice": NOTICE,
        "note": paper.note,
        "logo": png_as_svg(paper.logo) if paper.logo else "",
        "qr": qr_svg(paper.code).decode(),
        "items": [
            _question(one, paper.instrument.item(one.code).info, is_scale=True)
            for one in item_questions(paper.instrument)
        ],
        "masked": [_masked(one, paper.instrument) for one in masked_questions(paper.instrument)],
        "profile": [_question(one) for one in profile_questions(paper.instrument)],
    }
    one = {"sheet": json.dumps(content | {"numbers": [1], "is_odd": False})}
    is_odd = len(set_pages(_TEMPLATE, one, "png", dots_per_inch=_COUNTING_DOTS)) % 2 == 1
    values = {"sheet": json.dumps(content | {"is_odd": is_odd})}
    return set_pages(
        _TEMPLATE, values, form, dots_per_inch=dots_per_inch, is_universal=form == "pdf"
    )


def shown_code(code: str) -> str:
    """A batch's code as people read it, in two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def _question(question: Question, info: str = "", *, is_scale: bool = False) -> dict[str, Any]:
    return {
        "question": question.question,
        "info": info,
        "is_scale": is_scale,
        "boxes": [{"digit": str(n), "words": words} for n, words, _value in question.boxes],
    }


def _masked(question: Question, instrument: Instrument) -> dict[str, Any]:
    coins = next(one.coins for one in instrument.masked if one.code == question.code)
    info = (
        f"Lempar {_COINS[coins]} dan rahasiakan hasilnya. Bila semuanya ANGKA, silang Ya, apa pun "
        "keadaannya. Bila tidak, jawab dengan jujur. Karena koin itu, jawaban Ya dari Anda tidak "
        "menunjukkan apa pun."
    )
    return _question(question, info)
