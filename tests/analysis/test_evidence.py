"""A bundle is read by one function into typed figures and data frames."""

import copy
import hashlib
import io
import zipfile

import pandas as pd
import pytest

from analysis import index, read_bundle, read_bundles
from analysis.bundle import pack, stream_pack, unpack, write_listing
from analysis.bundle_checks import verify_bundle
from analysis.bundle_heads import canonical
from instruments.errors import SurveyError, SurveyErrors
from tests.analysis.test_bundle import (
    GOOD,
    PACKED,
    SIGNER,
    SKM,
    content,
    key_of,
    resigned,
    tally_of,
)


def test_one_call_gives_the_index_with_all_that_stands_beside_it(tmp_path):
    path = tmp_path / "bukti.zip"
    path.write_bytes(PACKED)
    for source in (path, str(path), PACKED):
        evidence = read_bundle(source)
        assert (evidence.unit, evidence.period) == ("unit-uji", "2026-TW4")
        ktp = next(one for one in evidence.figures if one.service == "ktp")
        assert ktp.score100 == float(index(tally_of(40, 1), SKM, 400).score100)
        assert evidence.index.ci_low < evidence.index.score100 < evidence.index.ci_high
        assert evidence.signer == key_of(SIGNER)["id"]
        assert evidence.manifest_sha256 == hashlib.sha256(GOOD["manifest.json"]).hexdigest()


def test_frames_hold_every_figure_sum_and_head():
    evidence = read_bundle(PACKED)
    figures, sums, heads = evidence.indices(), evidence.tallies(), evidence.heads()
    assert len(figures) == len(evidence.figures) == 20
    whole = figures[(figures["group"] == "whole") & (figures["measure"] == "index")]
    assert whole["score100"].item() == evidence.index.score100
    assert pd.api.types.is_integer_dtype(sums["value"])
    assert sums.query("group == 'whole' and moment == 'n'")["value"].item() == 60
    assert list(heads["total"]) == [25, 55, 60]
    assert heads["head"].iloc[-1] == evidence.head


def test_what_was_edited_is_not_read():
    edited = GOOD | {"quality.json": GOOD["quality.json"].replace(b"60", b"61", 1)}
    with pytest.raises(SurveyErrors) as refusal:
        read_bundle(pack(edited))
    assert "quality.json" in {one.where.file for one in refusal.value.errors}


def test_only_a_trusted_key_is_believed_where_keys_are_named():
    assert read_bundle(PACKED, keys=[key_of(SIGNER)]).survey == "unit-uji-skm"
    with pytest.raises(SurveyErrors) as refusal:
        read_bundle(PACKED, keys=[{"public_key": "00" * 32}])
    assert {one.code for one in refusal.value.errors} == {"bundle-key-unknown"}


def archive(problem="", manifest=None):
    folders = {"b-survei": GOOD, "a-survei": content(interval="logit")}
    entries = [
        (f"{folder}/{name}", folders[folder][name])
        for folder in sorted(folders)
        for name in sorted(folders[folder])
    ]
    rows = [
        {
            "folder": folder,
            "survey": "unit-uji-skm",
            "unit": "unit-uji",
            "agency": "kota",
            "index": "IKM",
            "period": "2026-TW4",
            "published_at": "",
            "manifest_sha256": manifest or hashlib.sha256(files["manifest.json"]).hexdigest(),
            "problem": problem,
        }
        for folder, files in sorted(folders.items())
    ]
    return b"".join(stream_pack([*entries, ("bundles.csv", write_listing(rows))]))


def test_several_surveys_are_read_one_after_another():
    raw = archive()
    assert verify_bundle(raw) == []
    assert [one.method.get("interval") for one in read_bundles(raw)] == ["logit", None]
    with pytest.raises(SurveyError) as refusal:
        read_bundle(raw)
    assert (refusal.value.code, refusal.value.values["count"]) == ("bundle-not-single", 2)


def test_entries_that_share_bytes_are_not_unpacked():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a/0", b"x" * 1000)
        for number in range(1, 40):
            again = copy.copy(archive.filelist[0])
            again.filename = f"a/{number}"
            archive.filelist.append(again)
    with pytest.raises(SurveyError) as refusal:
        unpack(target.getvalue())
    assert refusal.value.code == "bundle-repacked"


def test_an_instrument_too_large_to_compute_with_is_named_and_not_computed():
    document = SKM.to_dict()
    item = document["items"][0]
    document["items"] = [
        item | {"code": f"butir{n}", "number": n + 1, "form_position": n + 1} for n in range(201)
    ]
    document["translations"] = {}
    found = verify_bundle(pack(resigned(GOOD | {"instrument.json": canonical(document)})))
    assert "bundle-items-many" in {one.code for one in found}


@pytest.mark.parametrize(
    "change, column", [({"problem": "bundle-changed"}, "folder"), ({"manifest": "ab" * 32}, None)]
)
def test_a_list_of_contents_that_does_not_match_is_named_by_row(change, column):
    found = verify_bundle(archive(**change))
    places = {(one.where.file, one.where.line, one.where.field) for one in found}
    assert places == {("bundles.csv", line, column or "manifest_sha256") for line in (2, 3)}


def test_parts_of_a_stream_are_the_packed_bytes_and_no_larger_than_a_file():
    entries = [(name, GOOD[name]) for name in sorted(GOOD)]
    parts = list(stream_pack(entries))
    assert b"".join(parts) == PACKED
    largest = max(len(text) for text in GOOD.values())
    assert max(map(len, parts[:-1])) <= largest + 200
    assert unpack(PACKED).is_as_packed()
