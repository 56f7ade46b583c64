"""Reads an answer that waited on a phone: JSON around ciphertext around the form's own fields."""

import base64
import binascii
import json
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from instruments.errors import SurveyError, Where
from survey_app.ledger.answer_keys import SealedAnswerError, open_answer
from survey_app.respond.submission import BodyError
from survey_app.settings import Settings

PARTS = ("key", "ephemeral", "sealed")
WORK = "work"
PUZZLE_LENGTH = 64
FIELDS_MAXIMUM = 500


def read_sealed(body: bytes, code: str, settings: Settings) -> MultiDict[str, str]:
    """The fields of the form that was sealed for a link.

    Raises BodyError where the body is not the JSON object expected, SealedAnswerError where
    no key of the instance opens it.
    """
    content = _parse(body)
    ephemeral, sealed = (_decode(content, name) for name in PARTS[1:])
    plain = open_answer(settings, content["key"], code, ephemeral, sealed)
    try:
        # The phone pads with spaces, which the encoding of forms never ends with.
        fields = parse_qsl(
            plain.decode().rstrip(" "), keep_blank_values=True, max_num_fields=FIELDS_MAXIMUM
        )
    except ValueError as error:
        raise SealedAnswerError("sealed-unreadable") from error
    return MultiDict(fields)


def read_work(body: bytes) -> tuple[str, str]:
    """The puzzle that a sealed answer is, and the work done for it (empty where none was)."""
    content = _parse(body)
    return content["sealed"][-PUZZLE_LENGTH:], content.get(WORK, "")


def _parse(body: bytes) -> dict[str, str]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BodyError("body-malformed", reason=type(error).__name__) from error
    if not isinstance(content, dict):
        raise BodyError("body-malformed", reason="bukan objek")
    for name in content.keys() - {*PARTS, WORK}:
        raise SurveyError("field-unknown", where=Where(field=name[:60]))
    for name in (*PARTS, *({WORK} & content.keys())):
        if not isinstance(content.get(name), str):
            raise SurveyError("field-kind", where=Where(field=name), kind="teks")
    return content


def _decode(content: dict[str, str], name: str) -> bytes:
    try:
        return base64.b64decode(content[name], validate=True)
    except (ValueError, binascii.Error) as error:
        raise SurveyError("field-kind", where=Where(field=name), kind="base64") from error
