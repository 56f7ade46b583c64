"""The signed heads and keys in an evidence bundle, checked without the database they are from.

Says the same of a head and a key as the ledger that made them: a head is SHA-256 over 0x02,
the head before it and its own canonical content; a key vouches for the next by a signature.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from instruments.errors import SurveyError, Where

CONTENT = (
    *("day", "instrument", "number", "receipts", "responses", "root", "size", "survey"),
    *("tally", "total", "unit"),
)
HEAD = (*CONTENT, "head", "key", "previous", "signature")
KEY = ("id", "public_key", "voucher", "vouched_by")
SAME = ("survey", "unit", "instrument")

Record = Mapping[str, Any]


def canonical(content: Any) -> bytes:
    """RFC 8785 bytes of what a bundle holds: strings, integers, plain decimals, lists, objects."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def head_of(record: Record) -> str:
    """The head that a record's content gives, in hex."""
    content = canonical({name: record[name] for name in CONTENT})
    return hashlib.sha256(b"\x02" + bytes.fromhex(record["previous"]) + content).hexdigest()


def check_keys(file: str, keys: Sequence[Record]) -> Iterator[SurveyError]:
    """One key after another, each vouched for by the one before; the last signs the bundle."""
    before: Record | None = None
    for key in keys:
        public = bytes.fromhex(key["public_key"])
        is_own = set(key) == set(KEY) and key["id"] == hashlib.sha256(public).hexdigest()[:16]
        if before is None:
            is_vouched = key["vouched_by"] is None and key["voucher"] is None
        else:
            is_vouched = key["vouched_by"] == before["id"] and is_signed(
                before, key["voucher"], b"zi-survey signing key\x00" + public
            )
        if not (is_own and is_vouched):
            yield _fault("bundle-key-invalid", file, key["id"])
        before = key


def check_heads(
    file: str, heads: Sequence[Record], keys: Mapping[str, Record]
) -> Iterator[SurveyError]:
    """Each head follows from the one before and is signed by a key in the bundle."""
    previous, total, responses = "00" * 32, 0, 0
    for number, head in enumerate(heads, 1):
        place = f"segel {number}"
        is_next = (head["number"], head["previous"]) == (number, previous)
        grows = head["total"] == total + head["size"] and head["responses"] >= responses
        is_same = all(head[name] == heads[0][name] for name in SAME)
        if not (is_next and grows and is_same) or set(head) != set(HEAD):
            yield _fault("bundle-chain-broken", file, place)
        if head_of(head) != head["head"]:
            yield _fault("bundle-head-wrong", file, place)
        signer = keys.get(head["key"])
        if signer is None or not is_signed(signer, head["signature"], bytes.fromhex(head["head"])):
            yield _fault("bundle-signature-wrong", file, place)
        previous, total, responses = head["head"], head["total"], head["responses"]


def compare_witness(
    file: str, heads: Sequence[Record], witness: Sequence[Record]
) -> Iterator[SurveyError]:
    """Heads that somebody outside saw, against those in the bundle."""
    survey = heads[0]["survey"]
    own = {head["number"]: head for head in heads}
    seen_of_survey = [seen for seen in witness if seen["survey"] == survey]
    if not seen_of_survey:
        yield _fault("bundle-witness-silent", file, survey)
    for seen in seen_of_survey:
        place = f"segel {seen['number']}"
        head = own.get(seen["number"])
        if head is None:
            yield _fault("bundle-behind-witness", file, place)
        elif head["head"] != seen["head"]:
            yield _fault("bundle-not-as-witnessed", file, place)
        elif seen.get("key") not in {None, head["key"]}:
            yield _fault("bundle-signed-anew", file, place)


def compare_keys(
    file: str, keys: Sequence[Record], witness: Sequence[Record]
) -> Iterator[SurveyError]:
    """Keys that nobody outside knows: the bundle was signed by somebody else."""
    known = {key["public_key"] for key in witness}
    for key in keys:
        if key["public_key"] not in known:
            yield _fault("bundle-key-unknown", file, key["id"])


def is_signed(key: Record, signature: str | None, content: bytes) -> bool:
    """Whether a key's Ed25519 signature, in hex, over `content` is good."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public_key"]))
        public.verify(bytes.fromhex(signature or ""), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _fault(code: str, file: str, field: str) -> SurveyError:
    return SurveyError(code, where=Where(file, field=str(field)))
