"""A unit's published results as open data: indices, unsur, and what each column means."""

import json
from typing import Any

from flask import Blueprint, Response

from survey_app.accounts.access import public
from survey_app.publish.cache import rendered_once
from survey_app.publish.data_package import describe_package, table_resource
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
    ("saluran", "Jawaban menurut saluran; yang sedikit digabung", "JSON, kode saluran: orang"),
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
    rows = [index_row(one) for one in _published(unit)]
    return _csv(f"indeks-{unit}.csv", INDEX_COLUMNS, rows)


@blueprint.get("/hasil/<unit>/unsur.csv")
@public
@rendered_once()
def unsur(unit: str) -> Response:
    """Each unsur of a unit's published results."""
    rows = [row for one in _published(unit) for row in unsur_rows(one)]
    return _csv(f"unsur-{unit}.csv", UNSUR_COLUMNS, rows)


@blueprint.get("/hasil/kamus.csv")
@public
@rendered_once()
def dictionary() -> Response:
    """What the columns of the open data mean."""
    rows = [("data.csv", *line) for line in (*COMMON, *INDEX_ONLY)]
    rows += [("unsur.csv", *line) for line in (*COMMON, *UNSUR_ONLY)]
    return _csv("kamus-data.csv", DICTIONARY_COLUMNS, rows)


@blueprint.get("/hasil/<unit>/datapackage.json")
@public
@rendered_once()
def package(unit: str) -> Response:
    """The two tables of a unit as a Frictionless Data Package."""
    settings = context().settings
    with context().store.read() as session:
        place = fetch_unit(session, unit)
        published = list_published(session, unit_slug=unit)
    descriptor = describe_package(
        name=f"hasil-{unit}",
        title=f"Hasil survei {place.name}",
        description="Indeks dan nilai tiap unsur yang diterbitkan, terbaru lebih dulu.",
        homepage=f"{settings.public_url}/hasil/{unit}",
        publisher=f"{place.name}, {place.agency.name}",
        licence=settings.open_data_licence,
        instruments=[one.instrument for one in published],
        resources=[
            table_resource("data.csv", "Indeks", (*COMMON, *INDEX_ONLY)),
            table_resource("unsur.csv", "Nilai tiap unsur", (*COMMON, *UNSUR_ONLY)),
        ],
    )
    content = json.dumps(descriptor, ensure_ascii=False, indent=1)
    return Response(content, mimetype="application/json")


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


def index_row(one: Published) -> list[Any]:
    """One published index in the order of INDEX_COLUMNS."""
    index = one.index
    low, high = index.get("ci") or (None, None)
    method = json.dumps(one.result["method"], sort_keys=True)
    figures = (index.get("score100"), low, high, index.get("grade"))
    return [
        *_common(one),
        *figures,
        *(one.whole["n"], one.whole["population"], method, one.result["head"]),
        json.dumps(one.result["channels"], sort_keys=True),
    ]


def unsur_rows(one: Published) -> list[list[Any]]:
    """The unsur of one published result in the order of UNSUR_COLUMNS."""
    names = ("code", "label", "mean", "se", "score100", "grade", "n")
    return [[*_common(one), *(item[name] for name in names)] for item in one.whole["items"]]
