"""Writes the evidence bundle of a published survey, from its publication and its seals alone.

All that is signed is fixed at publication, so the manifest's hash, which the publication
keeps, tells the published bundle from any other. Answers are folded over channels: services
and channels shown side by side would tell small groups apart.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

import survey_app.ledger.messages  # noqa: F401  registers the words of the errors raised here
from analysis.bundle import (
    SENSITIVE,
    describe,
    pack,
    seal_manifest,
)
from analysis.bundle_heads import canonical
from analysis.bundle_tables import INDICES, REST, SERVICE, TALLIES, WHOLE, tally_rows, write_table
from analysis.disclosure import MINIMUM, presentable, uniform_items
from analysis.figures import Options, group_result
from analysis.inference import simple_design
from analysis.tally import Tally
from instruments import Instrument
from instruments.errors import SurveyError
from survey_app.ledger.keys import Signer
from survey_app.ledger.results import SurveyTallies, channel_counts, tallies_of
from survey_app.ledger.transparency import public_heads, public_keys
from survey_app.store.tables import (
    InstrumentVersion,
    Publication,
    Seal,
    SigningKey,
    Survey,
    SurveyState,
)

Group = tuple[str, str]
Result = dict[str, Any]


class BundleError(SurveyError):
    """A bundle that does not exist: nothing is published, or no longer as it was."""

    http_status = 404


def bundle_survey(session: Session, survey: Survey, signer: Signer) -> bytes:
    """The bundle of one published survey. Raises BundleError where there is none."""
    return pack(_signed_files(session, survey, signer))


def bundle_surveys(session: Session, surveys: Sequence[Survey], signer: Signer) -> bytes:
    """One ZIP: of one survey its files at the top, of several a folder each by key."""
    if len(surveys) == 1:
        return bundle_survey(session, surveys[0], signer)
    return pack(
        {
            f"{survey.key}/{name}": content
            for survey in surveys
            for name, content in _signed_files(session, survey, signer).items()
        }
    )


def list_published_surveys(session: Session, keys: Sequence[str] = ()) -> list[Survey]:
    """Published surveys, all or those named. Raises BundleError for a name that is none."""
    query = select(Survey).order_by(Survey.key)
    if not keys:
        published = Survey.state == SurveyState.PUBLISHED
        return list(session.scalars(query.where(published)))
    found = {survey.key: survey for survey in session.scalars(query.where(Survey.key.in_(keys)))}
    for key in keys:
        if key not in found:
            raise BundleError("bundle-survey-unknown", survey=key)
    return list(found.values())


def signed_files(session: Session, publication: Publication, signer: Signer) -> dict[str, bytes]:
    """All files of a publication's bundle. Raises BundleError where they are not as published."""
    files = _files(session, publication)
    manifest = _manifest(files, publication.bundle_sha256)
    if manifest is None:
        key = session.get_one(Survey, publication.survey_id).key
        raise BundleError("bundle-changed", survey=key)
    signature = signer.sign(manifest)
    signed = {"key.json": _keys(session, signer), "manifest.sig": signature}
    return files | signed | {"manifest.json": manifest}


def publication_hash(session: Session, publication: Publication) -> str:
    """SHA-256 of the manifest of a publication's bundle, in hex."""
    return hashlib.sha256(seal_manifest(_files(session, publication))).hexdigest()


def _signed_files(session: Session, survey: Survey, signer: Signer) -> dict[str, bytes]:
    publication = session.scalars(
        select(Publication)
        .where(Publication.survey_id == survey.id)
        .order_by(Publication.number.desc())
        .limit(1)
    ).first()
    if survey.state != SurveyState.PUBLISHED or publication is None:
        raise BundleError("bundle-not-published", survey=survey.key)
    return signed_files(session, publication, signer)


def _manifest(files: dict[str, bytes], sha256: str) -> bytes | None:
    """The manifest that was published, in the layout of its day; none where files changed."""
    for has_marks in (True, False):
        manifest = seal_manifest(files, has_marks=has_marks)
        if hashlib.sha256(manifest).hexdigest() == sha256:
            return manifest
    return None


def _files(session: Session, publication: Publication) -> dict[str, bytes]:
    """All that the manifest covers."""
    survey = session.get_one(Survey, publication.survey_id)
    seal = session.get_one(Seal, publication.seal_id)
    document = session.get_one(InstrumentVersion, survey.instrument_sha256).document
    instrument = Instrument.from_dict(json.loads(document))
    result = json.loads(publication.result)
    tallies = tallies_of(seal, instrument)
    groups = _groups(result, tallies)
    result = _exact(result, groups, instrument)
    sealed = select(Seal.id).where(Seal.survey_id == survey.id, Seal.number <= seal.number)
    heads = public_heads(session, session.scalars(sealed).all())
    files = {
        "indices.csv": write_table(INDICES, _index_rows(survey, instrument, result)),
        "tallies.csv": write_table(
            TALLIES,
            (
                row
                for group, tally in groups.items()
                for row in tally_rows(survey.key, group, tally)
            ),
        ),
        "instrument.json": rfc8785.dumps(instrument.to_dict()),
        "method.json": canonical(_method(result)),
        "quality.json": canonical(_quality(survey, tallies, heads)),
        "seals.json": canonical({"heads": heads}),
    }
    if instrument.masked:
        files[SENSITIVE] = canonical({"questions": result["sensitive"]})
    files["datapackage.json"] = describe(_about(session, survey, seal, publication), files)
    return files


def _about(
    session: Session, survey: Survey, seal: Seal, publication: Publication
) -> dict[str, Any]:
    replaced = publication.replaces_id and session.get_one(Publication, publication.replaces_id)
    return {
        "survey": survey.key,
        "unit": survey.unit.slug,
        "period": survey.period,
        "head": seal.head.hex(),
        "publication": publication.number,
        "published_at": publication.published_at.astimezone(UTC).isoformat(),
        "replaces": replaced.bundle_sha256 if replaced else None,
        "reason": publication.reason,
    }


def _group_of(key: dict[str, str]) -> Group:
    return (SERVICE, key["layanan"]) if key else (WHOLE, "")


def _groups(result: dict[str, Any], tallies: SurveyTallies) -> dict[Group, Tally]:
    """The whole, each service that was published in full, and the rest together.

    A service that keeps items back goes with the rest, for its index cannot be computed again
    without them; so do others, until the rest tells nobody's answer.
    """
    shown = [one["key"]["layanan"] for one in result["groups"] if one["key"] and not _keeps(one)]
    if any(_keeps(one) for one in result["groups"] if one["key"]):
        shown = _without_told(shown, tallies)
    groups = {(WHOLE, ""): tallies.whole}
    groups |= {(SERVICE, code): tallies.by_service[code] for code in shown}
    rest = [tally for code, tally in tallies.by_place.items() if tally.n and code not in shown]
    if shown and rest:
        groups[REST, ""] = sum(rest[1:], rest[0])
    parts = {group: tally for group, tally in groups.items() if group[0] != WHOLE}
    if presentable(parts).hidden:
        raise BundleError("bundle-would-disclose")
    return groups


def _keeps(group: dict[str, Any]) -> bool:
    return bool(group.get("kept_back"))


def _without_told(shown: list[str], tallies: SurveyTallies) -> list[str]:
    """The services that may be shown beside the sum of all others."""
    kept = sorted(shown, key=lambda code: -tallies.by_service[code].n)
    while kept:
        rest = [tally for code, tally in tallies.by_place.items() if code not in kept]
        if not rest or _tells_nobody(sum(rest[1:], rest[0])):
            break
        kept.pop()
    return [code for code in shown if code in kept]


def _tells_nobody(tally: Tally) -> bool:
    return tally.n == 0 or (tally.n >= MINIMUM and not uniform_items(tally))


def _exact(result: dict[str, Any], groups: dict[Group, Tally], instrument: Instrument) -> Result:
    """The published groups that a bundle holds, the whole with every item.

    The evidence goes to evaluators, who must be able to compute the index anew; what the
    whole keeps back from the public is in it.
    """
    published = [one for one in result["groups"] if _group_of(one["key"]) in groups]
    return result | {"groups": [_in_full(one, groups, instrument, result) for one in published]}


def _in_full(
    group: dict[str, Any], groups: dict[Group, Tally], instrument: Instrument, result: Result
) -> dict[str, Any]:
    if not _keeps(group):
        return group
    tally, population = groups[_group_of(group["key"])], group["population"]
    method = result["method"]
    options = Options(confidence=method["confidence"], interval=method["interval"])
    design = simple_design(tally, population)
    return group_result(group["key"], tally, design, population, instrument, options)


def _index_rows(
    survey: Survey, instrument: Instrument, result: dict[str, Any]
) -> list[dict[str, Any]]:
    rows = []
    for content in result["groups"]:
        kind, service = _group_of(content["key"])
        start = dict.fromkeys(INDICES) | {
            "survey": survey.key,
            "period": survey.period,
            "group": kind,
            "service": service,
            "population": content["population"],
        }
        index = {"n": content["n"], "code": instrument.index.code, "measure": "index"}
        rows.append(start | index | _figures(content["index"] or {}))
        rows += [
            start | {"n": item["n"], "code": item["code"], "measure": "item"} | _figures(item)
            for item in content["items"]
        ]
    return rows


def _figures(content: dict[str, Any]) -> dict[str, Any]:
    low, high = content.get("ci") or (None, None)
    names = ("weight", "score100", "se", "grade", "resolved", "raw_mean")
    figures = {name: content.get(name) for name in names}
    value = content.get("value", content.get("mean"))
    return figures | {"value": value, "ci_low": low, "ci_high": high}


def _method(result: dict[str, Any]) -> dict[str, Any]:
    populations = {_group_of(one["key"]): one["population"] for one in result["groups"]}
    # Official results are not weighted by services; the format has room for those that are.
    return {**result["method"], "groups": _sizes(populations), "strata": []}


def _sizes(populations: dict[Group, int | None]) -> list[dict[str, Any]]:
    return [
        {"group": kind, "service": service, "population": population}
        for (kind, service), population in populations.items()
    ]


def _quality(
    survey: Survey, tallies: SurveyTallies, heads: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    whole = tallies.whole
    return {
        "survey": survey.key,
        "respondents": whole.n,
        "responses_sealed": heads[-1]["responses"],
        "seals": len(heads),
        "channels": channel_counts(tallies),
        "blank": {code: whole.n - whole.answered_by(code) for code in whole.items},
    }


def _keys(session: Session, signer: Signer) -> bytes:
    """The signer's key and those before it, first key first."""
    known = {key["id"]: key for key in public_keys(session)}
    key = session.get(SigningKey, signer.id)
    if key is None or key.retired_at is not None:
        code = "key-missing" if key is None else "key-retired"
        raise SurveyError(code, path=signer.path)
    chain: list[dict[str, Any]] = []
    name: str | None = signer.id
    while name is not None:
        record = known[name]
        chain.append({part: record[part] for part in ("id", "public_key", "voucher", "vouched_by")})
        name = record["vouched_by"]
    return canonical({"algorithm": "Ed25519", "keys": chain[::-1]})
