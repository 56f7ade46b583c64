"""The key that signs heads, and the chain by which one key hands over to the next."""

import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from instruments.errors import SurveyError
from survey_app.ledger.keys import (
    Signer,
    check_keys,
    instance_public_key,
    instance_signer,
    is_signed,
    key_id,
    record_key,
    voucher_content,
)
from survey_app.settings import load_settings
from survey_app.store.tables import SigningKey

# RFC 8032 section 7.1, test 2: secret, public key, message, signature.
SECRET = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def known(signer: Signer, by: Signer | None = None) -> SigningKey:
    voucher = by.sign(voucher_content(signer.public_key)) if by else None
    return SigningKey(
        id=signer.id,
        public_key=signer.public_key,
        vouched_by=by.id if by else None,
        voucher=voucher,
    )


@pytest.fixture
def signers():
    return [Signer(Ed25519PrivateKey.generate()) for _ in range(3)]


def test_signatures_are_those_of_rfc_8032():
    signer = Signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SECRET)))
    assert signer.public_key.hex() == PUBLIC
    assert signer.sign(b"\x72").hex() == SIGNATURE
    assert is_signed(signer.public_key, bytes.fromhex(SIGNATURE), b"\x72")
    assert not is_signed(signer.public_key, bytes.fromhex(SIGNATURE), b"\x73")
    assert not is_signed(b"no key", bytes.fromhex(SIGNATURE), b"\x72")


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    settings = load_settings(tmp_path / "instance")
    assert instance_public_key(settings) is None
    signer = instance_signer(settings)
    assert instance_signer(settings).public_key == signer.public_key
    assert instance_public_key(settings) == signer.public_key
    path = settings.instance / "signing.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(SurveyError, match="chmod 600"):
        instance_signer(settings)


def test_only_the_first_key_is_put_on_record_by_itself(store, clock, signers):
    with store.write() as session:
        record_key(session, signers[0], clock())
        record_key(session, signers[0], clock())
    with pytest.raises(SurveyError) as refusal, store.write() as session:
        record_key(session, signers[1], clock())
    assert refusal.value.code == "key-missing"
    with store.read() as session:
        assert session.scalars(select(SigningKey.id)).all() == [signers[0].id]


def test_a_chain_of_vouched_keys_is_good(signers):
    first, second, third = signers
    chain = [known(first), known(second, first), known(third, second)]
    assert list(check_keys(chain, third.public_key)) == []


def test_a_key_without_a_good_voucher_is_named(signers):
    first, second, third = signers
    forged = known(second, first)
    forged.voucher = third.sign(voucher_content(second.public_key))
    assert second.id in "".join(check_keys([known(first), forged], None))


def test_two_keys_that_nobody_vouches_for_are_named(signers):
    faults = list(check_keys([known(signer) for signer in signers[:2]], None))
    assert len(faults) == 1
    assert all(signer.id in faults[0] for signer in signers[:2])


def test_a_key_that_is_not_the_instances_own_is_named(signers):
    faults = list(check_keys([known(signers[0])], signers[1].public_key))
    assert faults
    assert signers[1].id in faults[0]


def test_an_exchanged_public_key_is_named(signers):
    exchanged = known(signers[0])
    exchanged.public_key = signers[1].public_key
    assert exchanged.id in "".join(check_keys([exchanged], None))


def test_a_keys_name_is_the_start_of_its_hash(signers):
    assert key_id(signers[0].public_key) == signers[0].id
    assert len(signers[0].id) == 16
