"""Numbers, days, periods and lists as formal Indonesian writes them."""

from collections.abc import Sequence
from datetime import date

from survey_app.administer.periods import period_in_words
from survey_app.web.pages import angka, bilangan, tanggal, triwulan

CHANNELS = {
    "open": "tautan terbuka (kode QR)",
    "ticket": "tiket sekali pakai",
    "lobby": "kode di layar ruang tunggu",
    "kiosk": "layar di tempat layanan",
    "assisted": "pengisian dengan bantuan petugas",
    "paper": "kuesioner kertas",
    "imported": "data yang diimpor",
}


def period_kind(period: str) -> str:
    """What length a period has: the same for all quarters, all halves, all months, all years."""
    part = period.partition("-")[2]
    return part[0] if part[:1] in {"T", "S"} else str(len(part))


def listed(words: Sequence[str], last: str = "dan") -> str:
    """Words as a list in a sentence.

    Names that hold a comma themselves are kept apart by semicolons.

    >>> [listed(words) for words in (["A"], ["A", "B"], ["A", "B", "C"], ["A", "B, C"])]
    ['A', 'A dan B', 'A, B, dan C', 'A; dan B, C']
    """
    if len(words) == 1:
        return words[0]
    has_comma = any(", " in word for word in words)
    mark = ";" if has_comma else ","
    start = f"{mark} ".join(words[:-1])
    return f"{start}{mark if has_comma or len(words) > 2 else ''} {last} {words[-1]}"


def signed(value: float, places: int = 2) -> str:
    """A change with its sign; one that rounds to nothing has none."""
    text = angka(abs(value), places)
    if not text.strip("0,"):
        return text
    return ("+" if value > 0 else "−") + text


def interval(ends: Sequence[float] | None, places: int = 2, top: float | None = None) -> str:
    """Both ends of an interval, cut at `top` where the scale ends there; a dash for none."""
    if ends is None:
        return "–"
    low, high = ends[0], ends[1] if top is None else min(ends[1], top)
    return f"{angka(low, places)}–{angka(high, places)}"


def workdays(first: date, last: date) -> int:
    """Mondays to Fridays from `first` to `last`, both counted; public holidays are not known.

    >>> workdays(date(2026, 11, 20), date(2026, 11, 24))
    3
    """
    days = (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
    return sum(day.weekday() < 5 for day in days)


def sentence(*parts: str) -> str:
    """Sentences one after the other, empty ones left out."""
    return " ".join(part for part in parts if part)


__all__ = [
    "CHANNELS",
    "angka",
    "bilangan",
    "interval",
    "listed",
    "period_in_words",
    "period_kind",
    "sentence",
    "signed",
    "tanggal",
    "triwulan",
    "workdays",
]
