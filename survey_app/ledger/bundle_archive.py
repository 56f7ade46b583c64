"""Many published surveys' evidence in one ZIP, made while it is sent."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy.orm import Session

from analysis.bundle import LISTING, stream_pack, write_listing
from survey_app.ledger.bundles import BundleError, signed_files
from survey_app.ledger.keys import Signer
from survey_app.store import Store
from survey_app.store.tables import InstrumentVersion, Publication, Survey


def stream_publications(
    store: Store, publication_ids: Sequence[int], signer: Signer
) -> Iterator[bytes]:
    """The ZIP of many publications, in parts: a folder each, and at the end a list of all.

    Holds one survey's evidence at a time and the database only while it is read. What is not as
    it was published is left out, and the list says so.
    """
    return stream_pack(_entries(store, publication_ids, signer))


def _entries(
    store: Store, publication_ids: Sequence[int], signer: Signer
) -> Iterator[tuple[str, bytes]]:
    rows = []
    for identity in publication_ids:
        files: dict[str, bytes] = {}
        with store.read() as session:
            publication = session.get_one(Publication, identity)
            row = _listed(session, publication)
            try:
                files = signed_files(session, publication, signer)
            except BundleError as error:
                row |= {"folder": "", "problem": error.code}
        rows.append(row)
        for name in sorted(files):
            yield f"{row['folder']}/{name}", files[name]
    yield LISTING, write_listing(rows)


def _listed(session: Session, publication: Publication) -> dict[str, Any]:
    survey = session.get_one(Survey, publication.survey_id)
    document = session.get_one(InstrumentVersion, survey.instrument_sha256).document
    return {
        "folder": survey.key,
        "survey": survey.key,
        "unit": survey.unit.slug,
        "agency": survey.unit.agency.slug,
        "index": json.loads(document)["index"]["code"],
        "period": survey.period,
        "published_at": publication.published_at.astimezone(UTC).isoformat(),
        "manifest_sha256": publication.bundle_sha256,
        "problem": "",
    }
