"""What an uploaded bundle shows of itself, and whether we know who signed it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.bundle import Package, unpack
from analysis.bundle_checks import (
    MISSHAPEN,
    Checked,
    Step,
    check_package,
    check_whole,
    heads_of,
    keys_of,
)
from analysis.bundle_heads import compare_witness
from analysis.evidence import Evidence, read_package
from instruments.errors import SurveyError
from survey_app.ledger.foreign import find_installation, is_own_key
from survey_app.ledger.installations import fingerprint
from survey_app.ledger.transparency import public_heads
from survey_app.store.tables import Seal, Survey


class Signer(StrEnum):
    """Who signed a bundle, as far as this installation can tell."""

    OWN = "own"
    TRUSTED = "trusted"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Inspected:
    """One survey of a bundle: its steps, who signed it, and its figures where all is well."""

    checked: Checked
    signer: Signer
    installation: str
    fingerprint: str
    evidence: Evidence | None

    @property
    def is_good(self) -> bool:
        """Whether every step passed; whose key it is must be looked at besides."""
        return not self.checked.findings


@dataclass(frozen=True)
class Inspection:
    """All surveys of a bundle, and what is wrong with the whole."""

    surveys: tuple[Inspected, ...]
    faults: tuple[SurveyError, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong anywhere."""
        return not self.faults and all(one.is_good for one in self.surveys)


def inspect_bundle(session: Session, content: bytes) -> Inspection:
    """Check a bundle in memory. Raises SurveyError where it is no bundle at all."""
    bundle = unpack(content)
    surveys = tuple(_inspect(session, package) for package in bundle.packages)
    is_good = all(one.is_good for one in surveys)
    return Inspection(surveys, tuple(check_whole(bundle, is_good=is_good)))


def _inspect(session: Session, package: Package) -> Inspected:
    checked, keys = check_package(package), _keys(package)
    signer, name = _signer(session, keys)
    if signer is Signer.OWN and not checked.findings:
        witness = Step("witness", tuple(_against_own_heads(session, package)))
        checked = replace(checked, steps=(*checked.steps, witness))
    evidence = None if checked.findings else read_package(package)
    mark = fingerprint(bytes.fromhex(keys[-1]["public_key"])) if keys else ""
    return Inspected(checked, signer, name, mark, evidence)


def _keys(package: Package) -> list[dict[str, Any]]:
    """The chain of keys; none where it cannot be read, which the checks then say."""
    try:
        keys = keys_of(package)
        if all(len(bytes.fromhex(key["public_key"])) == 32 for key in keys):
            return keys
    except (*MISSHAPEN, RecursionError):
        pass
    return []


def _signer(session: Session, keys: Sequence[dict[str, Any]]) -> tuple[Signer, str]:
    if keys and is_own_key(session, keys):
        return Signer.OWN, ""
    installation = find_installation(session, keys) if keys else None
    return (Signer.TRUSTED, installation.name) if installation else (Signer.UNKNOWN, "")


def _against_own_heads(session: Session, package: Package) -> Iterator[SurveyError]:
    heads: Sequence[Mapping[str, Any]] = heads_of(package)
    query = select(Seal.id).join(Survey, Survey.id == Seal.survey_id)
    query = query.where(Survey.key == heads[-1]["survey"], Seal.number <= len(heads))
    known = public_heads(session, session.scalars(query).all())
    yield from compare_witness(package.place("seals.json"), heads, known)
