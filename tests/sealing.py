"""Seals as a phone does, written from the description alone: RFC 7748 or SEC 1, 5869, GCM."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def seal_for(published: str, code: str, content: bytes, curve: str) -> tuple[str, bytes, bytes]:
    """The key's name, the ephemeral public key and the ciphertext."""
    name, first, second = published.split(" ")
    if curve == "x25519":
        ours = x25519.X25519PrivateKey.generate()
        theirs = x25519.X25519PublicKey.from_public_bytes(base64.b64decode(first))
        shared, ephemeral = ours.exchange(theirs), ours.public_key().public_bytes_raw()
    else:
        own = ec.generate_private_key(ec.SECP256R1())
        point = base64.b64decode(second)
        server = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = own.exchange(ec.ECDH(), server)
        ephemeral = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    info = b"zi-survey sealed 1 " + code.encode()
    key = HKDF(SHA256(), 32, salt=ephemeral, info=info).derive(shared)
    return name, ephemeral, AESGCM(key).encrypt(bytes(12), content, None)


def sealed_body(published: str, code: str, content: bytes, curve: str = "x25519") -> dict[str, str]:
    """The JSON that a phone sends."""
    name, ephemeral, sealed = seal_for(published, code, content, curve)
    coded = {"ephemeral": ephemeral, "sealed": sealed}
    return {"key": name} | {part: base64.b64encode(text).decode() for part, text in coded.items()}
