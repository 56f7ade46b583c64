"""Merkle trees as RFC 6962 section 2.1 defines them, grown from a frontier.

The frontier holds the roots of the full subtrees of the leaves so far, largest first, so a
tree of any size grows without its old leaves.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """Hash of one leaf: SHA-256(0x00 || content)."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """The full subtrees of a tree of `size` leaves, one for each set bit of `size`."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def extended(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after more leaf hashes; leaves this one as it is."""
        size, roots = self.size, list(self.roots)
        for leaf in leaves:
            node, carry = leaf, size
            while carry & 1:
                node = node_hash(roots.pop(), node)
                carry >>= 1
            roots.append(node)
            size += 1
        return Frontier(size, tuple(roots))

    def root(self) -> bytes:
        """The tree's root hash; of the empty tree it is SHA-256 of nothing."""
        if not self.roots:
            return EMPTY_ROOT
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = node_hash(left, node)
        return node

    def to_bytes(self) -> bytes:
        """The roots one after another; with the size they say all."""
        return b"".join(self.roots)

    @classmethod
    def from_bytes(cls, size: int, content: bytes) -> "Frontier":
        """The frontier of `to_bytes`. Raises ValueError where length and size disagree."""
        if len(content) != size.bit_count() * HASH_BYTES:
            raise ValueError("frontier does not fit the size of its tree")
        steps = range(0, len(content), HASH_BYTES)
        return cls(size, tuple(content[step : step + HASH_BYTES] for step in steps))


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Root hash of a list of leaf hashes."""
    return Frontier().extended(leaves).root()
