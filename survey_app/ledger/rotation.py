"""Hands over from one signing key to the next; the old key vouches for the new one.

The new secret is written beside the old one first and takes its place only when the voucher
is on disk. A crash between the two is mended by running the rotation again.
"""

import os
import secrets
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from instruments.errors import SurveyError
from survey_app.ledger.keys import KEY_FILE, Signer, instance_signer, record_key, voucher_content
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.store.tables import SigningKey

NEXT_FILE = f"{KEY_FILE}.next"


def rotate_key(store: Store, settings: Settings, now: datetime) -> Signer:
    """Make a new signing key, vouched for by the present one, which is then destroyed.

    Returns the new signer. Raises SurveyError where the present key is not the one on record.
    """
    path = settings.instance / KEY_FILE
    present, following = instance_signer(settings), _next_signer(settings)
    with store.write() as session:
        known = session.get(SigningKey, following.id)
        if known is None:
            record_key(session, present, now)
            session.get_one(SigningKey, present.id).retired_at = now
            session.add(
                SigningKey(
                    id=following.id,
                    public_key=following.public_key,
                    created_at=now,
                    vouched_by=present.id,
                    voucher=present.sign(voucher_content(following.public_key)),
                )
            )
    following.path.replace(path)
    _sync_folder(settings.instance)
    return instance_signer(settings)


def _next_signer(settings: Settings) -> Signer:
    """The key that is to follow: one left by an interrupted rotation, else a new one."""
    path = settings.instance / NEXT_FILE
    if not path.exists():
        draft = path.with_name(f".{NEXT_FILE}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(settings.instance)
    content = path.read_bytes()
    if len(content) != 32:
        raise SurveyError("key-missing", path=path)
    return Signer(Ed25519PrivateKey.from_private_bytes(content), path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
