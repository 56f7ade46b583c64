"""Hides what could name a person in free words, before the words are kept or shown.

Numbers, addresses and number plates have shapes of their own. Names have none in Indonesian;
only those after a form of address ("Bu Sri", "atas nama Budi") are found. Where it is unsure
it rather hides a harmless word: what is hidden too much can be asked again, what is stored
cannot be forgotten. Amounts of money stay, for a complaint about a bribe needs them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Personal(StrEnum):
    """Kinds of personal data; the value is the word that stands in their place."""

    LINK = "tautan"
    EMAIL = "surel"
    ACCOUNT = "akun"
    NIK = "NIK"
    TELEPHONE = "telepon"
    PLATE = "pelat"
    NUMBER = "nomor"
    NAME = "nama"


@dataclass(frozen=True)
class Masked:
    """Words without personal data, and which kinds were taken out of them."""

    text: str
    kinds: tuple[Personal, ...]


def mask(text: str) -> Masked:
    """Replace personal data by its kind in brackets; masking again changes nothing.

    >>> mask("Pak Budi minta Rp 50.000, hubungi 0812-3456-7890").text
    'Pak [nama] minta Rp 50.000, hubungi [telepon]'
    """
    kinds: list[Personal] = []
    for kind, pattern, is_meant in _SHAPES:
        text = _replace(text, kind, pattern, is_meant, kinds)
    text = _hide_names(text, kinds)
    return Masked(text, tuple(dict.fromkeys(kinds)))


def _replace(
    text: str,
    kind: Personal,
    pattern: re.Pattern[str],
    is_meant: Callable[[re.Match[str]], bool],
    kinds: list[Personal],
) -> str:
    def stand_in(match: re.Match[str]) -> str:
        if not is_meant(match):
            return match.group()
        kinds.append(kind)
        return f"[{kind}]"

    return pattern.sub(stand_in, text)


def _is_no_amount(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 6) : match.start()]
    return not re.search(r"rp\.?\s*$", before, re.IGNORECASE)


def _is_number(match: re.Match[str]) -> bool:
    return _is_no_amount(match) and not _HOURS.fullmatch(match.group())


def _is_plate(match: re.Match[str]) -> bool:
    return match["area"].upper() in _PLATE_AREAS and match["end"].lower() not in _COMMON


def _always(_match: re.Match[str]) -> bool:
    return True


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What may stand between digits that belong together, on one line.
_GAP = r"[^\S\n]?[.\-–()]?[^\S\n]?"
_HOURS = re.compile(r"(?:[0-2]\d\.[0-5]\d[\s\-–]*)+")
# None that is also a word: people often leave out the space after a full stop.
_DOMAINS = r"com|net|org|id|me|co|io|ly|gl|xyz"
# Kode wilayah tanda nomor kendaraan (Perpol 7/2021, lampiran).
_PLATE_AREAS = _words(
    "A B D E F G H K L M N P R S T W Z AA AB AD AE AG BA BB BD BE BG BH BK BL BM BN BP DA DB DC "
    "DD DE DG DH DK DL DM DN DP DR DS DT DW EA EB ED KB KH KT KU PA PB PS PT PY"
)
_SHAPES: tuple[tuple[Personal, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (
        Personal.EMAIL,
        re.compile(r"(?<![\w.+\-])[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"),
        _always,
    ),
    (
        Personal.LINK,
        re.compile(
            rf"(?<![\w.\-])(?:https?://|www\.)[^\s\])]*[^\s\]).,;:!?]"
            rf"|(?<![\w.\-])(?:[\w\-]+\.){{1,4}}(?:{_DOMAINS})(?![\w\-]|\.\w)(?:/[^\s\])]*)?",
            re.IGNORECASE,
        ),
        _always,
    ),
    (Personal.ACCOUNT, re.compile(r"(?<![\w@])@[\w.]*\w{2}"), _always),
    # A NIK begins with its province, 11 or more, and never goes on from another number.
    (
        Personal.NIK,
        re.compile(rf"(?<!\d)(?<!\d[ .\-])[1-9](?:{_GAP}\d){{15}}(?!\d)"),
        _is_no_amount,
    ),
    (
        Personal.TELEPHONE,
        re.compile(
            rf"(?<!\d)\(?(?:\+{_GAP}62|62(?={_GAP}8)|0){_GAP}[2-9]\d{{1,2}}(?:{_GAP}\d){{5,10}}(?!\d)"
        ),
        _is_no_amount,
    ),
    (
        Personal.NUMBER,
        re.compile(rf"(?<!\d)(?:\d{{10,}}|\d(?:{_GAP}\d){{12,}})(?!\d)"),
        _is_number,
    ),
    (
        Personal.PLATE,
        re.compile(
            r"(?<!\w)(?P<area>[A-Z]{1,2})[^\S\n]?-?\d{2,4}[^\S\n]?-?(?P<end>[A-Z]{1,3})(?!\w)"
        ),
        _is_plate,
    ),
    (
        Personal.PLATE,
        re.compile(
            r"(?<!\w)(?P<area>[A-Za-z]{1,2})[^\S\n]?\d{4}[^\S\n]?(?P<end>[A-Za-z]{2,3})(?!\w)"
        ),
        _is_plate,
    ),
)

_ADDRESS = re.compile(
    r"(?<![\w\-])(?:bapak|bpk|pak|ibu|bu|sdri|sdr|saudari|saudara|mbak|mba|mas|bang|kang"
    r"|bernama|namanya|nama[^\S\n]+saya|atas[^\S\n]+nama|a\.n|a/n)(?![\w\-])\.?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\S\n]*:?[^\S\n]*(?P<word>[^\W\d_](?:[^\W\d_]|['’.\-](?=[^\W\d_]))*\.?)")
_NAME_WORDS = 5
# Stand before a name without being one.
_TITLES = _words("h hj dr drs dra ir prof haji hajah kyai ustaz ustadz ustadzah st sp")
# After a form of address these say an office; a name may follow.
_OFFICES = _words(
    "petugas pegawai staf staff satpam security keamanan polisi guru dokter bidan perawat suster "
    "lurah camat kades kadis kepala ketua sekretaris bupati walikota gubernur menteri hakim jaksa "
    "notaris kasir loket dinas kantor rt rw dosen supir sopir driver pengawas pelayan pimpinan "
    "operator admin teller resepsionis cs panitera kasi kabid bendahara ajudan"
)
# Words that follow a form of address as often as names do, or end what follows one.
_COMMON = _words(
    "yang yg dan di ke dari itu ini tersebut saya kami kita anda mereka dia ia nya sudah telah "
    "akan tidak tdk bukan belum juga pun lah hamil menyusui rumah tangga kota negara lansia tua "
    "muda ramah baik sopan sabar sekalian semua semuanya para mohon minta agar supaya untuk pada "
    "dengan dgn atau tapi tetapi karena kalau jika saat ketika waktu sangat sekali terlalu kurang "
    "lebih lagi masih harus bisa dapat boleh mau ingin ada adalah sendiri selalu sering jangan "
    "tolong terima terimakasih kasih maaf dalam luar bagian tadi kemarin besok sekarang jam hari "
    "kawin jago nomor no rekening kandung ipar sepupu setanah melayani marah galak jutek judes "
    "bilang kata suruh tanya datang pergi tunggu antre antri ambil bayar kasar cuek lambat lama "
    "cepat seharusnya sebaiknya segera tiap setiap hanya cuma saja aja dong ya nih kok sih jadi "
    "sebagai seperti oleh bagi tentang hal tanpa lalu kemudian terus kerja beri kasi"
)
_VERB = re.compile(r"(?:meng|meny|mem|men|ber|ter|di|pel|pem|pen)[a-z]{4,}")


def _hide_names(text: str, kinds: list[Personal]) -> str:
    parts, done = [], 0
    for address in _ADDRESS.finditer(text):
        if address.start() < done:
            continue
        span = _find_name(text, address)
        if span is not None:
            parts += [text[done : span[0]], f"[{Personal.NAME}]"]
            done = span[1]
            kinds.append(Personal.NAME)
    return "".join([*parts, text[done:]])


def _find_name(text: str, address: re.Match[str]) -> tuple[int, int] | None:
    """Where the name after a form of address stands: one word, or more if capitalised."""
    is_shouted = len(address.group()) > 1 and address.group().isupper()
    position, start, end, words, is_office = address.end(), None, 0, 0, False
    while (found := _WORD.match(text, position)) and words < _NAME_WORDS:
        word = found["word"]
        plain = word.lower().rstrip(".")
        is_capital = word[0].isupper() and not is_shouted
        position = found.end()
        if start is None and plain in _TITLES | _OFFICES:
            is_office = is_office or plain in _OFFICES
            continue
        if plain in _COMMON or (not is_capital and (is_office or start is not None)):
            break
        if start is None and not is_capital and _VERB.fullmatch(plain):
            break
        start = found.start("word") if start is None else start
        end, words = found.end("word"), words + 1
        if word.endswith(".") and len(plain) > 2:
            end -= 1  # the sentence's own full stop
            break
        if not is_capital:
            break
    return None if start is None else (start, end)
