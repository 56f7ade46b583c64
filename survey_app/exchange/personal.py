"""Tells columns that look like somebody's name, address or device, by their title or content."""

import re
from collections.abc import Sequence

# Words of a title that name a person, not an opinion; only short titles are read so, for a
# question may well hold one of these words.
_TITLE = re.compile(
    r"\b(nama|name|e-?mail|surel|ip|telepon|telp|phone|hp|ponsel|handphone|whatsapp|wa|nik|nip|"
    r"ktp|alamat|address|username|nomor kontak|kontak|token|firstname|lastname|"
    r"tanggal lahir|tempat lahir|latitude|longitude|tanda tangan|foto|referrer|refurl)\b",
    re.IGNORECASE,
)
# "Nama layanan" names no person.
_PLACE = re.compile(r"\b(layanan|pelayanan|unit|instansi|loket|kantor)\b", re.IGNORECASE)
_TITLE_WORDS = 6
_CONTENT = (
    re.compile(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", re.IGNORECASE),
    re.compile(r"^(\d{1,3}\.){3}\d{1,3}$"),
    re.compile(r"^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,7}$", re.IGNORECASE),
    re.compile(r"^(\+?62|0)[\s-]?8[\d\s-]{7,14}$"),
    re.compile(r"^\d{16}$"),
    re.compile(r"^\d{18}$"),
)
# One address among many entries is enough to keep a column out.
_SAMPLE = 5000


def looks_personal(title: str, cells: Sequence[str]) -> bool:
    """Whether a column is better left out: its title or any of its cells points at a person.

    >>> looks_personal("Nama Lengkap", ["Budi"]), looks_personal("Nama layanan", ["KTP"])
    (True, False)
    >>> looks_personal("Saran", ["hubungi saya di budi@contoh.id"]), looks_personal("x", ["a@b.id"])
    (False, True)
    """
    is_short = len(title.split()) <= _TITLE_WORDS
    if is_short and _TITLE.search(title) and not _PLACE.search(title):
        return True
    return any(pattern.match(cell) for cell in cells[:_SAMPLE] for pattern in _CONTENT)
