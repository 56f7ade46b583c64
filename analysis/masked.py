"""Masked questions: their counts, and the share that follows from them with its interval.

Counts are tallies of one question alone, so that no table crosses it with anything.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import analysis.masked_messages  # noqa: F401  registers the words of the errors raised here
from analysis.engines import count_values
from analysis.responses import read_table
from analysis.sensitive import forced_response
from analysis.tally import Tally
from instruments.errors import SurveyError, SurveyErrors, Where
from instruments.masked import NO, YES, MaskedQuestion
from instruments.model import Instrument

LEVELS = (NO, YES)
# Two coins and 100 answers give an interval of about 24 points; below that it says nothing.
MINIMUM = 100
MINIMUM_EACH = 3
CONFIDENCE = 0.95
WORDS = {"1": YES, "ya": YES, "yes": YES, "0": NO, "tidak": NO, "no": NO}


def tally_masked(code: str, yes: int, no: int) -> Tally:
    """The tally of one masked question."""
    answered, total = (np.array([[value]], dtype=np.int64) for value in (yes + no, yes))
    counts = np.array([[no, yes]], dtype=np.int64)
    # Ones are their own squares, so that sums and products are the same.
    return Tally((code,), LEVELS, yes + no, answered, total, total, counts)


def count_masked(
    instrument: Instrument, answers: Iterable[Mapping[str, int | None]]
) -> dict[str, Tally]:
    """The tally of each masked question that anybody answered.

    Raises SurveyError for an answer that is neither yes nor no.
    """
    counts = {code: dict.fromkeys(LEVELS, 0) for code in instrument.masked_codes}
    for response in answers:
        for code, count in counts.items():
            answer = response.get(code)
            if answer is None:
                continue
            if answer not in LEVELS:
                where = Where(field=code)
                raise SurveyError("masked-answer-invalid", where=where, value=answer)
            count[answer] += 1
    return {
        code: tally_masked(code, count[YES], count[NO])
        for code, count in counts.items()
        if sum(count.values())
    }


def masked_results(
    instrument: Instrument,
    tallies: Mapping[str, Tally],
    confidence: float = CONFIDENCE,
    *,
    is_guarded: bool = True,
) -> list[dict[str, Any]]:
    """The estimate of each masked question, for JSON; without figures it has its `reason`.

    Guarded, a question is shown from 100 answers and three of each kind.
    """
    zero = {code: tally_masked(code, 0, 0) for code in instrument.masked_codes}
    counts = {
        code: tallies.get(code, zero[code]).level_counts(code) for code in instrument.masked_codes
    }
    return [
        masked_result(
            question,
            counts[question.code][YES],
            counts[question.code][NO],
            confidence,
            is_guarded=is_guarded,
        )
        for question in instrument.masked
    ]


def masked_result(
    question: MaskedQuestion,
    yes: int,
    no: int,
    confidence: float = CONFIDENCE,
    *,
    is_guarded: bool = True,
) -> dict[str, Any]:
    """One question's counts and estimate (`analysis.sensitive.forced_response`)."""
    content: dict[str, Any] = {
        "code": question.code,
        "label": question.label,
        "design": "forced-response",
        "truth": float(question.truth),
        "forced_yes": float(question.forced_yes),
        "confidence": confidence,
        "n": yes + no,
        "yes": yes,
        "value": None,
        "se": None,
        "ci": None,
    }
    if is_guarded and (yes + no < MINIMUM or min(yes, no) < MINIMUM_EACH):
        few = SurveyError("masked-few", minimum=MINIMUM, each=MINIMUM_EACH)
        return content | {"n": None, "yes": None, "reason": few.text()}
    if yes + no < 2:
        return content | {"reason": SurveyError("masked-unanswered").text()}
    found = forced_response(
        yes, yes + no, float(question.truth), float(question.forced_yes), confidence
    )
    interval = list(found.interval) if found.interval else None
    return content | {"value": found.value, "se": found.se, "ci": interval}


def agrees(published: Mapping[str, Any], question: MaskedQuestion, confidence: float) -> bool:
    """Whether published figures are what their own counts give."""
    n, yes = published["n"], published["yes"]
    if n is None and yes is None:
        hidden = masked_result(question, 0, 0, confidence)
        return hidden.keys() == published.keys() and all(
            published[name] == hidden[name] for name in hidden if name != "reason"
        )
    if type(n) is not int or type(yes) is not int or not 0 <= yes <= n:
        return False
    expected = masked_result(question, yes, n - yes, confidence)
    return expected.keys() == published.keys() and all(
        _is_close(published[name], value) for name, value in expected.items()
    )


def read_masked(
    path: Path, instrument: Instrument, *, is_streamed: bool = False
) -> dict[str, Tally]:
    """Tallies of the masked questions in a response file; columns that it lacks count nobody.

    Cells are 1 or 0, ya or tidak, yes or no, or blank. Raises SurveyErrors naming line and
    column of anything else (streamed, by DuckDB in bounded memory, the column alone).
    """
    if is_streamed:
        return _read_streamed(path, instrument)
    header, rows, lines = read_table(path)
    found: dict[str, Tally] = {}
    faults: list[SurveyError] = []
    for code, at in masked_columns(header, instrument).items():
        counts = dict.fromkeys(LEVELS, 0)
        for row, line in zip(rows, lines, strict=True):
            try:
                answer = read_answer(row[at])
            except ValueError:
                where = Where(str(path), line, header[at])
                value = row[at].strip()[:40]
                faults.append(SurveyError("masked-answer-invalid", where=where, value=value))
                continue
            if answer is not None:
                counts[answer] += 1
        found[code] = tally_masked(code, counts[YES], counts[NO])
    if faults:
        raise SurveyErrors(faults)
    return found


def _read_streamed(path: Path, instrument: Instrument) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for code, values in count_values(path, instrument.masked_codes).items():
        counts = dict.fromkeys(LEVELS, 0)
        for text, times in values.items():
            try:
                answer = read_answer(text)
            except ValueError as error:
                where = Where(str(path), None, code)
                raise SurveyError("masked-answer-invalid", where=where, value=text[:40]) from error
            if answer is not None:
                counts[answer] += times
        found[code] = tally_masked(code, counts[YES], counts[NO])
    return found


def masked_columns(header: Sequence[str], instrument: Instrument) -> dict[str, int]:
    """Where a file has its masked questions: code to the place of the column."""
    lowered = [name.strip().lower() for name in header]
    return {code: lowered.index(code) for code in instrument.masked_codes if code in lowered}


def read_answer(text: str) -> int | None:
    """The answer in a cell; None where it is blank. Raises ValueError for anything else."""
    plain = text.strip().lower()
    if not plain:
        return None
    if plain not in WORDS:
        raise ValueError(plain)
    return WORDS[plain]


def _is_close(found: Any, expected: Any) -> bool:
    if isinstance(expected, list) and isinstance(found, list):
        pairs = zip(found, expected, strict=False)
        return len(found) == len(expected) and all(_is_close(one, other) for one, other in pairs)
    if isinstance(expected, float) and isinstance(found, int | float):
        return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)
    return bool(found == expected)
