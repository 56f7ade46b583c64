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


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf hash, RFC 6962 section 2.1.1. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError("no leaf of that index in the tree")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), merkle_root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), merkle_root(leaves[:split])]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf hash is the one at `index` of the tree of `size` with that root.

    The algorithm of RFC 9162 section 2.1.3.2, which checks proofs of RFC 6962.
    """
    if not 0 <= index < size:
        return False
    node, place, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def consistency_proof(leaves: Sequence[bytes], before: int) -> list[bytes]:
    """That the tree of the first `before` leaves is the start of this one, section 2.1.2.

    Raises IndexError where there are not that many leaves.
    """
    if not 0 < before <= len(leaves):
        raise IndexError("no tree of that size before this one")
    return _subproof(leaves, before, is_whole=True)


def is_consistent(
    before: int, size: int, proof: Sequence[bytes], root_before: bytes, root: bytes
) -> bool:
    """Whether the tree of `size` only added to the tree of `before` leaves.

    The algorithm of RFC 9162 section 2.1.4.2.
    """
    if before == size:
        return not proof and root_before == root
    if not 0 < before < size:
        return False
    path = list(proof) if before & (before - 1) else [root_before, *proof]
    if not path:
        return False
    place, last = before - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == root_before and second == root


def _subproof(leaves: Sequence[bytes], before: int, is_whole: bool) -> list[bytes]:
    if before == len(leaves):
        return [] if is_whole else [merkle_root(leaves)]
    split = _split(len(leaves))
    if before <= split:
        return [*_subproof(leaves[:split], before, is_whole), merkle_root(leaves[split:])]
    return [*_subproof(leaves[split:], before - split, False), merkle_root(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
