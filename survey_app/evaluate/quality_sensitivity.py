"""The index with and without the answers that signals point at, where it tells on nobody.

A reader who knows both can subtract. So the answers left out, and those that stay, must be ten
at least in every channel that is shown by itself; a second set of answers must differ from every
set told before by none or by ten; and a set defined by where it came from must not all agree.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import MINIMUM, is_uniform, round_count
from analysis.quality_units import UnitEvidence, flagged_rows
from analysis.sensitivity import sensitivity
from analysis.tally import tally_matrix
from instruments import Instrument

BY_PLACE = frozenset({"kanal", "pergeseran"})
Rows = NDArray[np.bool_]


def told_sensitivity(
    instrument: Instrument,
    evidence: UnitEvidence,
    codes: Sequence[str],
    told_before: Iterable[Collection[str]] = (),
) -> dict[str, Any]:
    """What may be told of the index without the answers behind `codes`, or the reason why not.

    Reasons: `counts` (the signals point at no answers), `few`, `overlap` (with `told_before`, the
    codes of earlier findings), `uniform`.
    """
    flagged = _union(evidence, codes)
    if flagged is None:
        return {"reason": "counts"}
    reason = _refusal(instrument, evidence, codes, flagged, told_before)
    if reason:
        return {"reason": reason}
    found = sensitivity(instrument, evidence.matrix, flagged)
    with_all, without = found.with_all, found.without_flagged
    return {
        "codes": sorted(codes),
        "flagged": round_count(found.flagged),
        "all": float(with_all.score100 or 0),
        "all_grade": with_all.band.grade if with_all.band else None,
        "without": float(without.score100 or 0),
        "without_grade": without.band.grade if without.band else None,
        "to_change": found.to_change,
    }


def stands_on_enough(code: str, evidence: UnitEvidence) -> bool:
    """Whether ten respondents at least are behind a signal, so that it points at no person."""
    if code in {"lurus", "salinan", "kanal", "pergeseran"}:
        flagged = flagged_rows(code, evidence)
        return flagged is not None and _is_large(flagged)
    pairs = {
        "cepat": evidence.fast,
        "jam": evidence.outside_hours,
        "komentar": evidence.repeated,
    }
    pair = pairs.get(code)
    return pair is None or pair[0] >= MINIMUM


def _union(evidence: UnitEvidence, codes: Iterable[str]) -> Rows | None:
    parts = [flagged_rows(code, evidence) for code in codes]
    known = [part for part in parts if part is not None]
    return np.logical_or.reduce(known) if known else None


def _refusal(
    instrument: Instrument,
    evidence: UnitEvidence,
    codes: Sequence[str],
    flagged: Rows,
    told_before: Iterable[Collection[str]],
) -> str | None:
    channels = np.array(evidence.channels)
    for channel in sorted(set(evidence.channels)):
        here = channels == channel
        if not (_is_safe(flagged & here) and _is_safe(~flagged & here)):
            return "few"
    if not (_is_large(flagged) and _is_large(~flagged)):
        return "few"
    for earlier in told_before:
        before = _union(evidence, sorted(earlier))
        if before is not None and not (_is_safe(flagged & ~before) and _is_safe(before & ~flagged)):
            return "overlap"
    parts = (evidence.matrix[flagged], evidence.matrix[~flagged])
    if BY_PLACE & set(codes) and any(is_uniform(tally_matrix(instrument, one)) for one in parts):
        return "uniform"
    return None


def _is_safe(rows: Rows) -> bool:
    return not rows.any() or _is_large(rows)


def _is_large(rows: Rows) -> bool:
    return int(rows.sum()) >= MINIMUM
