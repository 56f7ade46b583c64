"""Reports of bribery are recognised, in disguise too, by a list that people can read."""

import time

import pytest

from instruments.errors import SurveyError
from survey_app.comments.bribery import FILE, word_list

REPORTS = (
    "Ada pungli di loket 3.",
    "Saya diminta uang rokok 50 ribu biar cepat",
    "petugas minta Rp 20.000 tanpa kuitansi",
    "Calo berkeliaran di parkiran",
    "Disuruh bayar di luar, ke petugasnya langsung",
    "P U N G L I masih ada",
    "p.u.n.g.l.i",
    "pun9l1 terus",
    "suaaaap",
    "SUAP!!!",
    "ada amplopnya dulu baru dilayani",
    "Oknum menyuap atasan",
    "percaloan dibiarkan",
    "pemerasan terhadap warga",
    "dikasih seratus ribu baru jalan, duit semua",
    "Kalau tidak bayar dipersulit",
    "transfer ke rekening pribadi",
    "Bayar lewat oknum pegawai lebih cepat",
    "penyogokan",
    "ｐｕｎｇｌｉ",
)
HARMLESS = (
    "Pelayanan cepat dan petugas ramah. Terima kasih.",
    "Antrean agak lama pada pagi hari, mohon ditambah loket.",
    "Bayar tunai maupun kartu sama mudahnya",
    "Biaya murah, cuma 15 ribu",
    "Perasaan saya dilayani dengan baik",
    "Nama calon pengantin salah cetak",
    "Mohon papan informasi biaya dipasang di dekat pintu.",
    "Permintaan saya segera ditanggapi",
    "Kursi ruang tunggu kurang, terutama untuk lansia.",
    "Nomor antrean daring sangat membantu.",
)


@pytest.mark.parametrize("text", REPORTS)
def test_reports_are_marked(text):
    assert word_list().marks(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_comments_are_not(text):
    assert not word_list().marks(text)


def test_denials_are_marked_too_for_a_machine_knows_no_irony():
    assert word_list().marks("Untung tidak ada pungli ya, cuma 'seikhlasnya'")


def test_an_instance_may_bring_its_own_list(tmp_path):
    (tmp_path / FILE).write_text('phrases = ["uang pisang"]\n', encoding="utf-8")
    assert word_list(tmp_path).marks("minta uang pisang")
    assert not word_list(tmp_path).marks("ada pungli")


def test_an_emptied_list_marks_nothing(tmp_path):
    (tmp_path / FILE).write_text("phrases = []\n", encoding="utf-8")
    assert not any(word_list(tmp_path).marks(text) for text in (*REPORTS, *HARMLESS, "", "..."))


@pytest.mark.parametrize(
    "content", ["phrases = [", "lain = 1", "phrases = 3", "phrases = 'suap'", "phrases = ['', 'a']"]
)
def test_a_faulty_list_is_named(tmp_path, content):
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(SurveyError) as refusal:
        word_list(tmp_path)
    assert refusal.value.where.file.endswith(FILE)


@pytest.mark.parametrize("text", ["x" * 5000, "a1" * 2500, "a " * 2500, "p.u" * 1700, "rp " * 1600])
def test_no_comment_takes_long_to_judge(text):
    begun = time.process_time()
    word_list().marks(text)
    assert time.process_time() - begun < 1
