"""Trees and proofs of RFC 6962, against the vectors that Certificate Transparency publishes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    merkle_root,
)

# The reference tree of google/certificate-transparency, merkle_tree_test.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
INPUTS += ["606162636465666768696a6b6c6d6e6f"]
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A, B, C, D, E, F = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
)
INCLUSION = {  # (leaf from 0, size): audit path
    (0, 1): [],
    (0, 8): [A, B, C],
    (5, 8): [D, E, ROOTS[3]],
    (2, 3): [ROOTS[1]],
    (1, 5): [ROOTS[0], B, D],
}
CONSISTENCY = {  # (size before, size): proof
    (1, 1): [],
    (1, 8): [A, B, C],
    (6, 8): [F, E, ROOTS[3]],
    (2, 5): [B, D],
}


def test_the_empty_tree_has_the_hash_of_nothing():
    assert merkle_root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size):
    assert merkle_root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("case", INCLUSION)
def test_published_audit_paths(case):
    index, size = case
    proof = inclusion_proof(LEAVES[:size], index)
    assert [node.hex() for node in proof] == INCLUSION[case]
    assert is_included(LEAVES[index], index, size, proof, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize("case", CONSISTENCY)
def test_published_consistency_proofs(case):
    before, size = case
    proof = consistency_proof(LEAVES[:size], before)
    assert [node.hex() for node in proof] == CONSISTENCY[case]
    roots = [bytes.fromhex(ROOTS[number - 1]) for number in case]
    assert is_consistent(before, size, proof, *roots)


leaf_lists = st.lists(st.binary(max_size=8).map(leaf_hash), min_size=1, max_size=70)


@given(leaf_lists, st.data())
def test_a_tree_grown_batch_by_batch_is_the_tree_of_all(leaves, data):
    cut = data.draw(st.integers(0, len(leaves)))
    grown = Frontier().extended(leaves[:cut])
    stored = Frontier.from_bytes(grown.size, grown.to_bytes())
    assert stored.extended(leaves[cut:]).root() == merkle_root(leaves)


@given(leaf_lists, st.data())
def test_every_leaf_is_proved_and_no_other(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof(leaves, index), merkle_root(leaves)
    assert is_included(leaves[index], index, len(leaves), proof, root)
    assert not is_included(leaf_hash(b"another leaf"), index, len(leaves), proof, root)
    assert not is_included(leaves[index], len(leaves), len(leaves), proof, root)
    assert not is_included(leaves[index], index, len(leaves), [*proof, root], root)


@given(leaf_lists, st.data())
def test_growth_is_proved_and_rewriting_is_not(leaves, data):
    before = data.draw(st.integers(1, len(leaves)))
    proof, root = consistency_proof(leaves, before), merkle_root(leaves)
    first = merkle_root(leaves[:before])
    assert is_consistent(before, len(leaves), proof, first, root)
    rewritten = merkle_root([leaf_hash(b"another leaf"), *leaves[1:before]])
    assert not is_consistent(before, len(leaves), proof, rewritten, root)


def test_a_frontier_that_does_not_fit_its_size_is_refused():
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(3, bytes(32))
    for index in (-1, 8):
        with pytest.raises(IndexError):
            inclusion_proof(LEAVES, index)
    for size in (0, 9):
        with pytest.raises(IndexError):
            consistency_proof(LEAVES, size)
