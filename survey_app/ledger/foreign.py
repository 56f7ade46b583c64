"""Imports published results of other installations from their evidence bundles.

Nothing is typed: an index comes in only with its signed evidence, and only where signature,
chain and recomputation hold, the key is trusted, and unit and period are those that the
evaluator names. It is labelled with its installation for ever.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

import survey_app.ledger.foreign_messages  # noqa: F401  registers the words of errors
from analysis.bundle import Package, pack, unpack
from analysis.bundle_checks import heads_of, keys_of
from analysis.evidence import Evidence, read_package
from instruments.errors import SurveyError, SurveyErrors, Where
from survey_app.store.tables import Account, ForeignBundle, Installation, SigningKey, Unit

PACKAGES_MAXIMUM = 50
NAME_LENGTH, CODE_LENGTH = 120, 20


@dataclass(frozen=True)
class Expected:
    """What the evaluator says a bundle is of: our unit, its code over there, the period."""

    unit: Unit
    foreign_unit: str
    period: str


@dataclass(frozen=True)
class Imported:
    """A bundle that is in, and whether it came in just now."""

    bundle: ForeignBundle
    is_new: bool


@dataclass(frozen=True)
class Foreign:
    """An imported survey: its newest bundle, our unit's name, whence it came, its index."""

    bundle: ForeignBundle
    unit: str
    installation: str
    figures: dict[str, Any]


def import_bundle(
    session: Session, content: bytes, expected: Expected, account: Account, now: datetime
) -> list[Imported]:
    """Import every survey of a bundle, or nothing. The same bundle twice changes nothing.

    Raises SurveyErrors with file, row and column of everything that is wrong, or SurveyError
    where the bundle is of another unit or period, signed by a key that is not trusted, or no
    continuation of what was imported of the same survey.
    """
    packages = list(unpack(content).packages)
    if not packages or len(packages) > PACKAGES_MAXIMUM:
        raise _fault("foreign-count", "ZIP", count=len(packages), maximum=PACKAGES_MAXIMUM)
    return [_import_package(session, one, expected, account, now) for one in packages]


def find_installation(session: Session, keys: Sequence[dict[str, Any]]) -> Installation | None:
    """The trusted installation whose key is in a bundle's chain of keys.

    Each key vouches for the next and the last one signed, so that one trusted key is enough.
    """
    public = [bytes.fromhex(key["public_key"]) for key in keys]
    query = select(Installation).where(
        Installation.public_key.in_(public), Installation.revoked_at.is_(None)
    )
    return session.scalars(query).first()


def is_own_key(session: Session, keys: Sequence[dict[str, Any]]) -> bool:
    """Whether this very installation signed a bundle."""
    public = bytes.fromhex(keys[-1]["public_key"])
    return (
        session.scalars(select(SigningKey).where(SigningKey.public_key == public)).first()
        is not None
    )


def list_foreign(session: Session, unit_ids: set[int] | None) -> list[Foreign]:
    """The newest bundle of each imported survey of the units (None: all)."""
    query = (
        select(ForeignBundle, Unit.name, Installation.name)
        .join(Unit, Unit.id == ForeignBundle.unit_id)
        .join(Installation, Installation.id == ForeignBundle.installation_id)
        .where(newest_of_each())
        .order_by(Unit.name, ForeignBundle.period.desc(), ForeignBundle.id.desc())
    )
    if unit_ids is not None:
        query = query.where(ForeignBundle.unit_id.in_(unit_ids))
    rows = session.execute(query)
    return [Foreign(bundle, unit, name, json.loads(bundle.record)) for bundle, unit, name in rows]


def newest_of_each() -> ColumnElement[bool]:
    """The condition that a bundle is the newest of its survey."""
    newer = aliased(ForeignBundle)
    same = (
        newer.installation_id == ForeignBundle.installation_id,
        newer.survey == ForeignBundle.survey,
    )
    return ~select(newer.id).where(*same, newer.id > ForeignBundle.id).exists()


def _import_package(
    session: Session, package: Package, expected: Expected, account: Account, now: datetime
) -> Imported:
    evidence = read_package(package)
    _require_sound(package, evidence)
    installation = _require_trusted(session, package)
    _require_expected(session, installation, package, evidence, expected)
    history = _history(session, installation, evidence.survey)
    for bundle in history:
        if bundle.manifest_sha256 == evidence.manifest_sha256:
            return Imported(bundle, is_new=False)
    if history:
        _require_continuation(package, evidence, history[-1])
    made = _row(installation, package, evidence, expected, account, now)
    session.add(made)
    session.flush()
    return Imported(made, is_new=True)


def _require_sound(package: Package, evidence: Evidence) -> None:
    """Names that a row can hold, and the moment that every published bundle tells."""
    names = (evidence.survey, NAME_LENGTH), (evidence.index.code, CODE_LENGTH)
    fits = all(len(name) <= size and name.isprintable() for name, size in names)
    if not fits or evidence.published_at is None:
        raise _fault("foreign-names", package.place("datapackage.json"), "/zi-survey")


def _require_trusted(session: Session, package: Package) -> Installation:
    keys = keys_of(package)
    if is_own_key(session, keys):
        raise _fault("foreign-own", package.place("key.json"), keys[-1]["id"])
    installation = find_installation(session, keys)
    if installation is None:
        raise _fault("foreign-key-unknown", package.place("key.json"), keys[-1]["id"])
    # Two who import at once must not both find nothing before them.
    session.execute(
        select(Installation.id).where(Installation.id == installation.id).with_for_update()
    )
    return installation


def _require_expected(
    session: Session,
    installation: Installation,
    package: Package,
    evidence: Evidence,
    expected: Expected,
) -> None:
    """Unit and period as the evaluator names them, and as they always were. Raises SurveyErrors."""
    place, faults = package.place("datapackage.json"), []
    for field, found, wanted in (
        ("unit", evidence.unit, expected.foreign_unit),
        ("period", evidence.period, expected.period),
    ):
        if found != wanted:
            faults.append(
                _fault(
                    f"foreign-other-{field}",
                    place,
                    f"/zi-survey/{field}",
                    found=found,
                    wanted=wanted,
                )
            )
    rows = session.execute(
        select(ForeignBundle.unit_id, ForeignBundle.foreign_unit, Unit.slug)
        .join(Unit, Unit.id == ForeignBundle.unit_id)
        .where(ForeignBundle.installation_id == installation.id)
        .distinct()
    )
    for unit_id, foreign_unit, slug in rows:
        if (unit_id == expected.unit.id) != (foreign_unit == evidence.unit):
            faults.append(
                _fault(
                    "foreign-unit-bound", place, "/zi-survey/unit", foreign=foreign_unit, own=slug
                )
            )
    if faults:
        raise SurveyErrors(faults)


def _history(session: Session, installation: Installation, survey: str) -> list[ForeignBundle]:
    query = (
        select(ForeignBundle)
        .where(ForeignBundle.installation_id == installation.id, ForeignBundle.survey == survey)
        .order_by(ForeignBundle.id)
    )
    return list(session.scalars(query))


def _require_continuation(package: Package, evidence: Evidence, before: ForeignBundle) -> None:
    """The chain goes on where it ended, and the publication is a later one."""
    heads, place = heads_of(package), package.place("seals.json")
    if len(heads) < before.seals or evidence.publication <= before.publication:
        raise _fault(
            "foreign-older",
            place,
            f"segel {len(heads)}",
            seals=before.seals,
            publication=before.publication,
        )
    if heads[before.seals - 1]["head"] != before.head:
        raise _fault("foreign-chain-forked", place, f"segel {before.seals}")


def _row(
    installation: Installation,
    package: Package,
    evidence: Evidence,
    expected: Expected,
    account: Account,
    now: datetime,
) -> ForeignBundle:
    return ForeignBundle(
        installation_id=installation.id,
        unit_id=expected.unit.id,
        foreign_unit=evidence.unit,
        survey=evidence.survey,
        period=evidence.period,
        index_code=evidence.index.code,
        publication=evidence.publication,
        seals=len(evidence.chain),
        head=evidence.head,
        manifest_sha256=evidence.manifest_sha256,
        published_at=evidence.published_at,
        imported_at=now,
        imported_by=account.id,
        record=json.dumps(_record(evidence)),
        content=pack(package.files),
    )


def _record(evidence: Evidence) -> dict[str, Any]:
    """The index and how it was made, for lists that do not open the bundle."""
    grade, instrument = evidence.index.grade, evidence.instrument
    labels = {band.grade: band.label for band in instrument.index.bands}
    return asdict(evidence.index) | {
        "title": instrument.title,
        "label": labels.get(grade) if grade else None,
        "method": evidence.method["weights"],
        "conversion": evidence.method["conversion"],
        "variance": str(evidence.method.get("variance", "")),
        "instrument": instrument.sha256,
    }


def _fault(code: str, file: str, field: str | None = None, **values: object) -> SurveyError:
    return SurveyError(code, where=Where(file, field=field), **values)
