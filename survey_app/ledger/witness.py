"""Reads the heads and keys that somebody outside kept, to compare them with ours."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import survey_app.ledger.messages  # noqa: F401  registers the words of the errors raised here
from instruments.errors import SurveyError, Where


def read_witness(path: Path) -> list[dict[str, Any]]:
    """Heads from a copy of `/transparansi/heads.json`: a list, or an object with `heads`.

    Raises SurveyError naming the file where it is something else.
    """
    return _read(
        path,
        "heads",
        lambda head: {
            "survey": str(head["survey"]),
            "number": int(head["number"]),
            "head": str(head["head"]).lower(),
            "key": str(head["key"]).lower() if head.get("key") else None,
        },
    )


def read_witness_keys(path: Path) -> list[dict[str, Any]]:
    """Public keys from a copy of `/transparansi/kunci.json`, or from a bundle's `key.json`.

    Raises SurveyError naming the file where it is something else.
    """
    return _read(path, "keys", lambda key: {"public_key": str(key["public_key"]).lower()})


def _read(
    path: Path, name: str, record: Callable[[dict[str, Any]], dict[str, Any]]
) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        records = content[name] if isinstance(content, dict) else content
        return [record(one) for one in records]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise SurveyError("witness-unreadable", where=Where(str(path)), reason=reason) from error
