"""What could name a person goes out of a comment; everything else stays as it was written."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.ledger.masking import Personal, mask

HIDDEN = {
    "NIK saya 3174012345678901.": "NIK saya [NIK].",
    "nik 3174 0123 4567 8901 ya": "nik [NIK] ya",
    "317401-234567-8901": "[NIK]",
    "hubungi 081234567890": "hubungi [telepon]",
    "hubungi 0812-3456-7890, ya": "hubungi [telepon], ya",
    "WA +62 812 3456 7890": "WA [telepon]",
    "WA +62812-3456-789": "WA [telepon]",
    "wa 62 812 3456 7890": "wa [telepon]",
    "telepon (021) 345-6789 saja": "telepon [telepon] saja",
    "HP: 0812.3456.7890": "HP: [telepon]",
    "Loket 3, 0857 1234 5678": "Loket 3, [telepon]",
    "0812 3456 7890 / 0813-9999-8888": "[telepon] / [telepon]",
    "0812 3456 7890 0813 9999 8888": "[telepon] [telepon]",
    "Loket 3 3174 0123 4567 8901": "Loket [nomor]",
    "NIP 19850101 201001 1 001": "NIP [nomor]",
    "rekening 1234567890 BCA": "rekening [nomor] BCA",
    "NPWP 09.254.294.3-407.000": "NPWP [nomor]",
    "mobil B 1234 XYZ parkir": "mobil [pelat] parkir",
    "motor AB1234CD": "motor [pelat]",
    "motor b 1234 xyz di depan": "motor [pelat] di depan",
    "surel budi.s+1@contoh.co.id, ya": "surel [surel], ya",
    "lihat https://contoh.id/a?b=1.": "lihat [tautan].",
    "lihat wa.me/6281234567890": "lihat [tautan]",
    "akun @budi_s di medsos": "akun [akun] di medsos",
    "Bapak Budi Santoso lambat": "Bapak [nama] lambat",
    "pak budi lambat sekali": "pak [nama] lambat sekali",
    "Bu Sri.": "Bu [nama].",
    "Bu Sri. Loket buka siang": "Bu [nama]. Loket buka siang",
    "Ibu Hj. Siti Nurhaliza, S.H. galak": "Ibu Hj. [nama], S.H. galak",
    "Sdr. M. Yusuf dan Sdri. Ani": "Sdr. [nama] dan Sdri. [nama]",
    "Bapak/Ibu Rahmat": "Bapak/Ibu [nama]",
    "PAK BUDI LAMBAT SEKALI": "PAK [nama] LAMBAT SEKALI",
    "Pak Lurah Joko baik": "Pak Lurah [nama] baik",
    "petugas bernama Dewi Lestari": "petugas bernama [nama]",
    "Nama saya Andi, loket 2": "Nama saya [nama], loket 2",
    "atas nama: Andi Wijaya": "atas nama: [nama]",
    "mas joko dan mbak rini": "mas [nama] dan mbak [nama]",
    "Bu Ni'mah": "Bu [nama]",
}

KEPT = [
    "Antrean 2 jam di loket 3 pada 24-11-2026 pukul 10.30.",
    "Diminta Rp 50.000 lalu Rp 1.500.000, bahkan Rp100.000.000.",
    "Diminta Rp 2000000000 untuk izin",
    "Tanggal 01/11/2026 dan 05-11-2026 10.30",
    "Buka 08.00-12.00 / 13.00-17.00",
    "Buka 08.00 - 12.00 13.00 - 17.00 saja",
    "Bapak petugas ramah, Ibu Petugas juga.",
    "Terima kasih Bapak/Ibu sekalian.",
    "Kursi untuk ibu hamil dan ibu menyusui.",
    "Ibu-ibu lansia menunggu lama",
    "Saya menunggu sejak Pak Polisi datang",
    "bapak memberikan berkas",
    "bapak di loket 3 marah",
    "Pendidikan S1 atau D3, lantai B 12.",
    "Lokasi Jl. Merdeka 10 dekat pasar",
    "Persyaratan sesuai SE 04/2023 dan PermenPANRB 14/2017",
    "Ibukota jauh. Nomor antrean A 12.",
    "",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_personal_data_is_hidden_and_the_rest_stays(text):
    assert mask(text).text == HIDDEN[text]


@pytest.mark.parametrize("text", KEPT)
def test_words_that_name_nobody_stay_as_they_are(text):
    masked = mask(text)
    assert masked.text == text
    assert masked.kinds == ()


def test_kinds_are_told_once_each_in_words():
    kinds = mask("Pak Budi, Bu Sri, 081234567890").kinds
    assert set(kinds) == {Personal.TELEPHONE, Personal.NAME}
    assert len(kinds) == 2


gaps = st.sampled_from(["", " ", "-", ".", " - ", "\u00a0"])
words = st.sampled_from(["antre", "Loket", "lama,", "petugas", "(KTP)", "tolong", "!", "\n"])


@st.composite
def numbers(draw, head, least, most):
    """Digits that begin like `head`, with gaps as people write them."""
    count = draw(st.integers(least, most)) - len(head)
    tail = draw(st.text("0123456789", min_size=count, max_size=count))
    return head + "".join(draw(gaps) + digit for digit in tail)


@given(before=words, number=numbers("3", 16, 16), after=words)
def test_no_nik_survives_however_it_is_spaced(before, number, after):
    masked = mask(f"{before} {number} {after}")
    assert re.sub(r"\D", "", masked.text) == ""
    assert masked.text.startswith(before)
    assert masked.text.endswith(after)


@given(before=words, number=numbers("0812", 10, 13), after=words)
def test_no_mobile_number_survives_however_it_is_spaced(before, number, after):
    masked = mask(f"{before} {number} {after}")
    assert re.sub(r"\D", "", masked.text) == ""
    assert masked.kinds == (Personal.TELEPHONE,)


pieces = st.lists(st.sampled_from([*HIDDEN, *KEPT]) | st.text(max_size=20), max_size=6)


@given(pieces.map(" ".join))
def test_masking_again_changes_nothing(text):
    once = mask(text).text
    assert mask(once).text == once


def test_a_long_comment_of_one_kind_of_sign_is_masked_at_once():
    # Patterns must not look again from every place: a comment is masked while it is accepted.
    for sign in ("a", "1", ".", "@", "a.", "Pak ", "0 ", "-", "1-"):
        start = time.perf_counter()
        mask(sign * 5000)
        assert time.perf_counter() - start < 1, sign
