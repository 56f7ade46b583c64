"""A bundle says of itself what was changed, and where, with nothing but the file at hand."""

import csv
import hashlib
import io
import json
import random
import tempfile
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

import instruments
from analysis.bundle import NAMES, describe, pack, seal_manifest, unpack
from analysis.bundle_checks import verify_bundle
from analysis.bundle_heads import CONTENT, canonical, head_of
from analysis.bundle_tables import (
    INDICES,
    TALLIES,
    Figures,
    figure_rows,
    tally_rows,
    write_table,
)
from analysis.index import compute_index
from analysis.tally import tally_matrix
from instruments.errors import SurveyError

SKM = instruments.load("skm-2017")
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SURVEY, PERIOD = "unit-uji-skm", "2026-TW4"
WHOLE, KTP, REST = ("whole", ""), ("service", "ktp"), ("rest", "")


def key_of(signer):
    public = signer.public_key().public_bytes_raw()
    name = hashlib.sha256(public).hexdigest()[:16]
    return {"id": name, "public_key": public.hex(), "voucher": None, "vouched_by": None}


def tally_of(count, seed):
    dice = np.random.default_rng(seed)
    return tally_matrix(SKM, dice.integers(1, 5, (count, len(SKM.codes))))


def heads(sizes, signer):
    made, previous, total = [], "00" * 32, 0
    for number, size in enumerate(sizes, 1):
        total += size
        same = {"survey": SURVEY, "unit": "unit-uji", "instrument": SKM.sha256}
        digests = dict.fromkeys(("root", "tally", "receipts"), "ab" * 32)
        record = same | digests | {"day": "2026-11-24", "number": number, "size": size}
        record |= {"total": total, "responses": total, "previous": previous}
        record["head"] = previous = head_of(record)
        signature = signer.sign(bytes.fromhex(previous)).hex()
        made.append(record | {"key": key_of(signer)["id"], "signature": signature})
    return made


def content(signer=SIGNER, interval=None):
    """The files of a bundle that a survey of 40 and 20 respondents would have."""
    tallies = {KTP: tally_of(40, 1), REST: tally_of(20, 2)}
    tallies = {WHOLE: tallies[KTP] + tallies[REST]} | tallies
    populations, strata = {WHOLE: 600, KTP: 400}, {KTP: 400, REST: 200}
    figures = Figures(
        SURVEY, PERIOD, SKM, 0.95, None, tallies, populations, strata, interval or "t"
    )
    rows = (row for group, one in tallies.items() for row in tally_rows(SURVEY, group, one))
    chain, whole = heads((25, 30, 5), signer), tallies[WHOLE]

    def sizes(groups):
        return [
            {"group": kind, "service": service, "population": size}
            for (kind, service), size in groups.items()
        ]

    method = {"weights": "exact", "conversion": None, "confidence": 0.95}
    method |= {"interval": interval} if interval else {}
    files = {
        "indices.csv": write_table(INDICES, figure_rows(figures)),
        "tallies.csv": write_table(TALLIES, rows),
        "instrument.json": canonical(SKM.to_dict()),
        "method.json": canonical(method | {"groups": sizes(populations), "strata": sizes(strata)}),
        "quality.json": canonical(
            {
                "survey": SURVEY,
                "respondents": whole.n,
                "responses_sealed": 60,
                "seals": 3,
                "channels": {"open": 60},
                "blank": {code: whole.n - whole.answered_by(code) for code in whole.items},
            }
        ),
        "seals.json": canonical({"heads": chain}),
    }
    about = {"survey": SURVEY, "unit": "unit-uji", "period": PERIOD, "head": chain[-1]["head"]}
    files["datapackage.json"] = describe(about, files)
    return signed(files, signer)


def signed(files, signer=SIGNER):
    manifest = seal_manifest(files)
    key = canonical({"algorithm": "Ed25519", "keys": [key_of(signer)]})
    return files | {
        "manifest.json": manifest,
        "manifest.sig": signer.sign(manifest),
        "key.json": key,
    }


def resigned(files):
    """As the owner of the real key could do it: description, manifest and signature anew."""
    about = json.loads(files["datapackage.json"])["zi-survey"]
    return signed(files | {"datapackage.json": describe(about, files)})


def findings(files):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        path.write_bytes(pack(files))
        return verify_bundle(path)


GOOD = content()
PACKED = pack(GOOD)


def test_an_untouched_bundle_is_good_and_always_the_same_bytes():
    assert findings(GOOD) == []
    assert pack(dict(reversed(list(content().items())))) == PACKED


def test_intervals_are_recomputed_by_the_method_that_the_bundle_names():
    named = content(interval="logit")
    assert findings(named) == []
    assert named["indices.csv"] != GOOD["indices.csv"]
    other = resigned(GOOD | {"method.json": named["method.json"]})
    assert {(one.code, one.where.field) for one in findings(other)} == {
        ("bundle-figure-wrong", "ci_low"),
        ("bundle-figure-wrong", "ci_high"),
    }


def test_a_method_of_intervals_that_is_not_known_is_named():
    method = GOOD["method.json"].replace(b"{", b'{"interval":"wald",', 1)
    method = canonical(json.loads(method))
    (found,) = findings(resigned(GOOD | {"method.json": method}))
    assert (found.code, found.where.file) == ("bundle-method-wrong", "method.json")


def test_its_index_is_the_regulations():
    rows = list(csv.DictReader(io.StringIO(GOOD["indices.csv"].decode())))
    whole, ktp = (row for row in rows if row["measure"] == "index")
    assert ktp["score100"] == str(float(compute_index(tally_of(40, 1), SKM).score100))
    means = [np.array([tally_of(n, s).mean(code) for code in SKM.codes], float).mean()
             for n, s in ((40, 1), (20, 2))]  # fmt: skip
    assert float(whole["value"]) == pytest.approx((400 * means[0] + 200 * means[1]) / 600)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(name):
    found = findings({one: text for one, text in GOOD.items() if one != name})
    assert [(one.code, one.where.file) for one in found] == [("bundle-file-missing", name)]


@pytest.mark.parametrize("name", NAMES)
def test_an_edit_of_a_file_is_named(name):
    text = GOOD[name]
    middle = len(text) // 2
    changed = text[:middle] + bytes([text[middle] ^ 1]) + text[middle + 1 :]
    found = findings(GOOD | {name: changed})
    places = {one.where.file for one in found}
    # A broken manifest or key shows where it is used: at the signature.
    assert places & {name, "manifest.sig"}, places


def test_a_foreign_file_is_named():
    (found,) = findings(GOOD | {"extra.txt": b"x"})
    assert (found.code, found.where.file) == ("bundle-file-foreign", "extra.txt")


def cells_of(name):
    return list(csv.reader(io.StringIO(GOOD[name].decode())))


def with_cells(name, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return GOOD | {name: text.getvalue().encode()}


def another(cell):
    """A cell that says something else, however little."""
    try:
        return repr(float(cell) * (1 + 1e-7) + 1e-7)
    except ValueError:
        return f"{cell}1"


@pytest.mark.parametrize("column", INDICES)
def test_every_cell_of_the_indices_is_checked_even_when_signed_again(column):
    for line in (1, 2, 12):
        rows = cells_of("indices.csv")
        place = INDICES.index(column)
        old = rows[line][place]
        rows[line][place] = another(old)
        found = findings(resigned(with_cells("indices.csv", rows)))
        assert any(one.where.file == "indices.csv" for one in found), (column, line)
        assert any(one.where.line == line + 1 for one in found), (column, line)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_number_of_the_tallies_changed_is_found_even_when_signed_again(data):
    rows = cells_of("tallies.csv")
    line = data.draw(st.integers(1, len(rows) - 1))
    rows[line][-1] = str(int(rows[line][-1]) + data.draw(st.sampled_from([-1, 1, 7])))
    found = findings(resigned(with_cells("tallies.csv", rows)))
    assert {one.where.file for one in found} & {"tallies.csv", "indices.csv"}


@pytest.mark.parametrize("name", ["tallies.csv", "indices.csv"])
def test_a_dropped_or_doubled_row_is_found_even_when_signed_again(name):
    for line in random.Random(1).sample(range(1, len(cells_of(name))), 4):
        rows = cells_of(name)
        dropped = findings(resigned(with_cells(name, rows[:line] + rows[line + 1 :])))
        assert any(one.code == "bundle-row-missing" for one in dropped)
        doubled = findings(resigned(with_cells(name, [*rows, rows[line]])))
        assert any(one.where.line == len(rows) + 1 for one in doubled)


@pytest.mark.parametrize("field", [*CONTENT, "head", "key", "previous", "signature"])
@pytest.mark.parametrize("number", [1, 3])
def test_every_field_of_a_head_is_checked_even_when_signed_again(field, number):
    import json

    seals = json.loads(GOOD["seals.json"])
    old = seals["heads"][number - 1][field]
    other = old + 1 if isinstance(old, int) else ("cd" if old[:2] != "cd" else "ab") + old[2:]
    seals["heads"][number - 1][field] = other
    found = findings(resigned(GOOD | {"seals.json": canonical(seals)}))
    assert any(one.where.field == f"segel {number}" for one in found), [str(one) for one in found]


def test_a_seal_left_out_is_found_even_when_signed_again():
    import json

    for place in range(3):
        seals = json.loads(GOOD["seals.json"])
        del seals["heads"][place]
        assert findings(resigned(GOOD | {"seals.json": canonical(seals)})), place


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(PACKED) - 1), flip=st.integers(1, 255))
def test_any_changed_byte_of_the_zip_is_refused(place, flip):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        path.write_bytes(PACKED[:place] + bytes([PACKED[place] ^ flip]) + PACKED[place + 1 :])
        try:
            assert verify_bundle(path)
        except SurveyError as error:
            assert error.where.file == str(path)


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(NAMES), junk=st.binary(max_size=40), place=st.floats(0, 1))
def test_junk_in_any_file_is_a_finding_and_never_a_crash(name, junk, place):
    text = GOOD[name]
    cut = int(place * len(text))
    changed = GOOD | {name: text[:cut] + junk}
    assert (findings(changed) == []) == (changed[name] == text)
    if name not in {"key.json", "manifest.json", "manifest.sig", "datapackage.json"}:
        assert (findings(resigned(changed)) == []) == (changed[name] == text)


@pytest.mark.parametrize(
    "change",
    [
        {"confidence": 2},
        {"confidence": "much"},
        {"conversion": 4},
        {"weights": "0.11"},
        {"groups": []},
        {"strata": [{"group": "service", "service": "ktp", "population": 1}]},
        {"strata": [{"group": "service", "service": "akta", "population": 400}]},
    ],
    ids=str,
)
def test_a_method_that_cannot_be_is_a_finding_with_its_place(change):
    import json

    method = json.loads(GOOD["method.json"]) | change
    found = findings(resigned(GOOD | {"method.json": canonical(method)}))
    assert found
    assert all(one.where.file for one in found)


@pytest.mark.parametrize("raw", [b"", b"PK", b"no zip at all", PACKED[: len(PACKED) // 2]])
def test_what_is_no_zip_is_refused_by_name(raw, tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(raw)
    with pytest.raises(SurveyError, match=r"bundle\.zip"):
        unpack(path)
