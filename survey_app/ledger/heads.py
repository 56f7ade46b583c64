"""The head of a seal: the one hash that its signature covers and that witnesses keep."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from survey_app.ledger.leaves import canonical

FIRST_HEAD = bytes(32)


@dataclass(frozen=True)
class HeadContent:
    """What a head commits to besides the head before it."""

    survey_key: str
    unit: str
    instrument_sha256: str
    number: int
    day: date
    size: int
    total: int
    responses: int
    root: bytes
    tally_digest: bytes
    receipts_digest: bytes

    def hash_after(self, previous: bytes) -> bytes:
        """SHA-256(0x02 || previous head || canonical content)."""
        content = canonical(
            {
                "day": self.day.isoformat(),
                "instrument": self.instrument_sha256,
                "number": self.number,
                "receipts": self.receipts_digest.hex(),
                "responses": self.responses,
                "root": self.root.hex(),
                "size": self.size,
                "survey": self.survey_key,
                "tally": self.tally_digest.hex(),
                "total": self.total,
                "unit": self.unit,
            }
        )
        return hashlib.sha256(b"\x02" + previous + content.encode()).digest()


def receipts_digest(receipts: Iterable[tuple[bytes, bytes, bytes, str]]) -> bytes:
    """SHA-256 over a batch's receipts, ordered by their submission hash.

    Each is (submission hash, body tag, receipt hash, ISO day): 32 + 32 + 32 + 10 bytes.
    """
    digest = hashlib.sha256()
    for submission_hash, body_mac, receipt_hash, day in receipts:
        digest.update(submission_hash + body_mac + receipt_hash + day.encode())
    return digest.digest()
