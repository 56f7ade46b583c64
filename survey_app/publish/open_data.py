"""A unit's published results as open data: indices, unsur, and what each column means."""

import json
from typing import Any

from flask import Blueprint, Response

from survey_app.accounts.access import public
from survey_app.publish.cache import rendered_once
from survey_app.publish.queries import Published, fetch_unit, list_published
from survey_app.spreadsheets import to_csv
from survey_app.web.context import context

blueprint = Blueprint("open_data", __name__)

# Column, its meaning, and its unit or form: the dictionary that goes with the data.
COMMON = (
    ("unit", "Nama unit penyelenggara pelayanan", "teks"),
    ("instansi", "Kementerian, lembaga, atau pemerintah daerah", "teks"),
    ("survei", "Nama survei", "teks"),
    ("periode", "Periode survei: 2026, 2026-S1, 2026-TW4, atau 2026-11", "teks"),
    ("indeks", "IKM (PermenPANRB 14/2017), IPAK atau IPKP (SE Menteri PANRB 04/2023)", "teks"),
)
INDEX_ONLY = (
    ("nilai", "Indeks dibulatkan satu kali, dua desimal", "0 sampai 100"),
    ("batas_bawah", "Batas bawah selang kepercayaan 95 persen", "0 sampai 100; kosong: tak ada"),
    ("batas_atas", "Batas atas selang kepercayaan 95 persen", "0 sampai 100; kosong: tak ada"),
    ("mutu", "Mutu pelayanan menurut Tabel II", "A, B, C, atau D"),
    ("responden", "Jumlah responden yang dihitung", "orang"),
    ("populasi", "Pengguna layanan dalam periode survei", "orang; kosong: tidak diketahui"),
    ("metode", "Bobot, konversi skala, pembulatan, dan cara menghitung galat", "JSON"),
    ("segel", "Kepala segel yang menjamin angka ini", "heksadesimal, lihat /transparansi/"),
)
UNSUR_ONLY = (
    ("unsur", "Kode unsur atau pernyataan pada kuesioner", "teks"),
    ("nama_unsur", "Nama unsur", "teks"),
    ("nrr", "Nilai rata-rata unsur: jumlah nilai dibagi yang menjawabnya", "skala kuesioner"),
    ("galat_baku", "Galat baku nilai rata-rata", "skala kuesioner; kosong: tak ada"),
    ("nilai_unsur", "Nilai unsur, dua desimal", "0 sampai 100"),
    ("mutu_unsur", "Mutu unsur", "A, B, C, atau D"),
    ("menjawab", "Responden yang menjawab unsur ini", "orang"),
)
INDEX_COLUMNS = tuple(name for name, _, _ in (*COMMON, *INDEX_ONLY))
UNSUR_COLUMNS = tuple(name for name, _, _ in (*COMMON, *UNSUR_ONLY))
DICTIONARY_COLUMNS = ("berkas", "kolom", "arti", "satuan_atau_bentuk")


@blueprint.get("/hasil/<unit>/data.csv")
@public
@rendered_once()
def indices(unit: str) -> Response:
    """A unit's published indices, newest first."""
    rows = [_index_row(one) for one in _published(unit)]
    return _csv(f"indeks-{unit}.csv", INDEX_COLUMNS, rows)


@blueprint.get("/hasil/<unit>/unsur.csv")
@public
@rendered_once()
def unsur(unit: str) -> Response:
    """Each unsur of a unit's published results."""
    rows = [row for one in _published(unit) for row in _unsur_rows(one)]
    return _csv(f"unsur-{unit}.csv", UNSUR_COLUMNS, rows)


@blueprint.get("/hasil/kamus.csv")
@public
@rendered_once()
def dictionary() -> Response:
    """What the columns of the open data mean."""
    rows = [("data.csv", *line) for line in (*COMMON, *INDEX_ONLY)]
    rows += [("unsur.csv", *line) for line in (*COMMON, *UNSUR_ONLY)]
    return _csv("kamus-data.csv", DICTIONARY_COLUMNS, rows)


def _published(unit: str) -> list[Published]:
    with context().store.read() as session:
        fetch_unit(session, unit)
        return list_published(session, unit_slug=unit)


def _csv(name: str, columns: tuple[str, ...], rows: Any) -> Response:
    response = Response(to_csv(columns, rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _common(one: Published) -> list[Any]:
    return [one.unit_name, one.agency_name, one.title, one.period, one.index_code]


def _index_row(one: Published) -> list[Any]:
    index = one.index
    low, high = index.get("ci") or (None, None)
    method = json.dumps(one.result["method"], sort_keys=True)
    figures = (index.get("score100"), low, high, index.get("grade"))
    return [
        *_common(one),
        *figures,
        *(one.whole["n"], one.whole["population"], method, one.result["head"]),
    ]


def _unsur_rows(one: Published) -> list[list[Any]]:
    names = ("code", "label", "mean", "se", "score100", "grade", "n")
    return [[*_common(one), *(item[name] for name in names)] for item in one.whole["items"]]
