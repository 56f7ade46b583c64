"""Reads the heads that somebody outside kept, to compare them with ours."""

import json
from pathlib import Path
from typing import Any

import survey_app.ledger.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where


def read_witness(path: Path) -> list[dict[str, Any]]:
    """Heads from a copy of `/transparansi/heads.json`: a list, or an object with `heads`.

    Raises SurveyError naming the file where it is something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        heads = content["heads"] if isinstance(content, dict) else content
        return [
            {
                "survey": str(head["survey"]),
                "number": int(head["number"]),
                "head": str(head["head"]).lower(),
            }
            for head in heads
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise SurveyError("witness-unreadable", where=Where(str(path)), reason=reason) from error
