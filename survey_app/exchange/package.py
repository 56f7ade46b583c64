"""A published survey as a Frictionless Data Package in one ZIP: index, unsur, frequencies."""

import json
from collections.abc import Iterator
from typing import Any

from analysis.bundle import pack
from survey_app.exchange.material import PROTECTION, Material, list_counts
from survey_app.publish.data_package import describe_package, table_resource
from survey_app.publish.open_data import (
    COMMON,
    INDEX_COLUMNS,
    INDEX_ONLY,
    UNSUR_COLUMNS,
    UNSUR_ONLY,
    index_row,
    unsur_rows,
)
from survey_app.spreadsheets import to_csv

FREQUENCIES = (
    ("survei", "Kunci survei", "teks"),
    ("layanan", "Kode layanan", "teks; kosong: seluruh responden"),
    ("nama_layanan", "Nama layanan", "teks; kosong: seluruh responden"),
    ("unsur", "Kode unsur atau pernyataan pada kuesioner", "teks"),
    ("nama_unsur", "Nama unsur", "teks"),
    ("jawaban", "Nilai jawaban pada skala kuesioner", "bilangan; kosong: tidak menjawab"),
    ("label", "Kata-kata jawaban pada kuesioner", "teks"),
    ("jumlah", "Banyaknya responden yang menjawab demikian", "orang"),
)
# The whole and its services overlap, so that a sum over all rows counts people twice.
OVERLAP = (
    "Baris layanan sudah termasuk dalam baris seluruh responden; jangan menjumlahkan keduanya."
)


def write_package(material: Material, licence: str) -> bytes:
    """The ZIP: always the same bytes for the same publication."""
    published = material.published
    descriptor = describe_package(
        name=material.survey.key.lower(),
        title=f"{material.survey.title} {material.survey.period}, {material.survey.unit.name}",
        description=f"{PROTECTION} {OVERLAP}",
        homepage=material.address,
        publisher=f"{material.survey.unit.name}, {material.agency}",
        licence=licence,
        instruments=[material.instrument],
        resources=[
            table_resource("indeks.csv", "Indeks", (*COMMON, *INDEX_ONLY)),
            table_resource("unsur.csv", "Nilai tiap unsur", (*COMMON, *UNSUR_ONLY), ["unsur"]),
            table_resource("frekuensi.csv", "Jumlah tiap jawaban", FREQUENCIES),
        ],
    )
    header = [name for name, _, _ in FREQUENCIES]
    return pack(
        {
            "datapackage.json": json.dumps(descriptor, ensure_ascii=False, indent=1).encode(),
            "indeks.csv": to_csv(INDEX_COLUMNS, [index_row(published)]).encode(),
            "unsur.csv": to_csv(UNSUR_COLUMNS, unsur_rows(published)).encode(),
            "frekuensi.csv": to_csv(header, _frequency_rows(material)).encode(),
        }
    )


def _frequency_rows(material: Material) -> Iterator[list[Any]]:
    for one in list_counts(material):
        item = material.instrument.item(one.code)
        service = material.services.get(one.service, one.service)
        start = [material.survey.key, one.service, service, one.code, item.label]
        for value, count in one.levels.items():
            yield [*start, value, item.option_label(value), count]
        yield [*start, None, "Tidak menjawab", one.blank]
