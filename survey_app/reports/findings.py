"""Sentences about the figures: each says what they bear and not a word more."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from analysis.index import grade_of, round_half_up
from analysis.inference import (
    Estimate,
    change_between,
    item_means,
    simple_design,
    t_interval,
    variance,
)
from analysis.sampling import margin_reached
from analysis.tally import Tally
from instruments import Instrument
from survey_app.reports.figures import Figures, Period
from survey_app.reports.wording import (
    CHANNELS,
    angka,
    bilangan,
    interval,
    listed,
    period_in_words,
    sentence,
    signed,
)
from survey_app.store.tables import FollowUpState

TOP = 100.0
_SELF_CHOSEN = {"open", "lobby", "kiosk"}


def index_sentence(figures: Figures) -> str:
    """The index with its grade, or why there is none."""
    whole, index = figures.whole, figures.index
    name = f"{figures.instrument.index.name} ({figures.instrument.index.code})"
    if whole["n"] < figures.minimum:
        return (
            f"Jawaban yang sudah disegel kurang dari {figures.minimum}, sehingga angka belum "
            "ditampilkan agar jawaban seseorang tidak dapat ditebak."
        )
    if index is None:
        return f"{name} tidak dapat dihitung. {whole.get('reason', '')}".strip()
    raw = ""
    if "raw_mean" in index:
        scale = figures.instrument.scale
        raw = (
            f" Rata-rata asli pada skala {scale.minimum}–{scale.maximum} adalah "
            f"{angka(index['raw_mean'], 3)}, setara {angka(index['value'], 3)} pada skala 4."
        )
    return (
        f"Dari {bilangan(whole['n'])} jawaban yang dapat diolah diperoleh {name} sebesar "
        f"{angka(index['score100'])} dengan mutu pelayanan {index['grade']} "
        f"({index['label']}).{raw}"
    )


def certainty_sentence(figures: Figures) -> str:
    """The interval and whether it settles the grade; empty where there is no index."""
    index, whole = figures.index, figures.whole
    if index is None:
        return ""
    if whole["population"] == whole["n"]:
        return (
            "Semua pengguna layanan dalam periode ini menjawab, sehingga tidak ada galat "
            "penarikan sampel."
        )
    if index["ci"] is None:
        return (
            "Selang kepercayaan tidak dapat dihitung karena jawaban tidak beragam; hal itu "
            "bukan tanda bahwa nilainya pasti."
        )
    if not index["se"]:
        return (
            f"Semua responden memberi jawaban yang sama. Selang {_ends(index['ci'])} adalah "
            "batas dengan tingkat kepercayaan 95 persen bila ada pengguna layanan lain yang "
            "berpendapat berbeda."
        )
    words = f"Selang kepercayaan 95 persen indeks ini {_ends(index['ci'])}."
    grades = touched_grades(figures.instrument, index["ci"])
    if index["resolved"]:
        return (
            f"{words} Seluruh selang berada dalam mutu {index['grade']}, sehingga mutu itu "
            "pasti pada tingkat kepercayaan tersebut."
        )
    return (
        f"{words} Selang itu mencakup mutu {listed(grades)}, sehingga mutu {index['grade']} "
        "belum pasti dengan jumlah responden ini."
    )


def touched_grades(instrument: Instrument, ends: Sequence[float]) -> list[str]:
    """Grades that an interval touches, the lowest first."""
    low, high = (
        grade_of(round_half_up(Fraction(min(TOP, max(0.0, end)))), instrument) for end in ends
    )
    ordered = sorted(instrument.index.bands, key=lambda band: band.minimum)
    return [b.grade for b in ordered if low.minimum <= b.minimum <= high.minimum]


def extremes(figures: Figures) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lowest and the highest items, at most three each and never the same one twice.

    Both are empty where there is no index or all items score alike.
    """
    ranked = figures.ranked() if figures.index else []
    if not ranked or ranked[0]["mean"] == ranked[-1]["mean"]:
        return [], []
    count = min(3, len(ranked) // 2)
    return ranked[:count], ranked[::-1][:count]


def extremes_sentence(figures: Figures) -> str:
    """Which items are lowest and highest."""
    lowest, highest = extremes(figures)
    if figures.index is None:
        return ""
    if not lowest:
        return "Semua unsur memperoleh nilai yang sama."
    return (
        f"Unsur dengan nilai terendah adalah {listed([_named(item) for item in lowest])}. "
        f"Unsur dengan nilai tertinggi adalah {listed([_named(item) for item in highest])}."
    )


def lowest_gap_sentence(figures: Figures) -> str:
    """Whether the lowest item really lies below the next, by their joint variance."""
    lowest, _highest = extremes(figures)
    ranked = figures.ranked()
    if not lowest or figures.tallies is None:
        return ""
    one, next_ = ranked[0], ranked[1]
    population = figures.whole["population"]
    gap = _gap(figures.tallies.whole, population, one["code"], next_["code"])
    if gap.interval is None:
        return ""
    words = (
        f"Selisih rata-rata antara {next_['label']} dan {one['label']} adalah "
        f"{angka(gap.value, 3)} (selang 95 persen {_ends(gap.interval, 3)})"
    )
    if gap.interval[0] > 0:
        return f"{words}, sehingga {one['label']} memang unsur terendah."
    return f"{words}, sehingga urutan kedua unsur terbawah itu belum pasti."


def sample_sentence(figures: Figures) -> str:
    """Respondents reached against those needed, with the margin that they give."""
    n, survey = figures.whole["n"], figures.survey
    if not survey.population or not survey.target:
        return (
            "Jumlah pengguna layanan dalam periode ini tidak dicatat, sehingga jumlah "
            "responden yang diperlukan tidak dapat ditentukan."
        )
    needed = (
        f"Pengguna layanan dalam periode ini berjumlah {bilangan(survey.population)} orang. "
        f"Menurut tabel Krejcie dan Morgan dalam PermenPANRB 14/2017 diperlukan "
        f"{bilangan(survey.target)} responden"
    )
    if n >= survey.target:
        reached = f"; {bilangan(n)} jawaban terkumpul, sehingga jumlah itu terpenuhi."
    else:
        short = bilangan(survey.target - n)
        reached = f"; {bilangan(n)} jawaban terkumpul, kurang {short} dari jumlah itu."
    if not 0 < n <= survey.population:
        return needed + reached
    margin = angka(100 * margin_reached(survey.population, n), 1)
    return (
        f"{needed}{reached} Sampel acak sebesar {bilangan(n)} memberi batas galat {margin} persen."
    )


def choice_sentence(figures: Figures) -> str:
    """What the way of asking does to what the figures can say."""
    channels = set(figures.result["channels"])
    parts = []
    if channels & _SELF_CHOSEN:
        names = listed([CHANNELS[name] for name in sorted(channels & _SELF_CHOSEN)])
        parts.append(
            f"Responden melalui {names} memilih sendiri untuk mengisi dan tidak ditarik secara "
            "acak. Selang kepercayaan hanya menggambarkan galat penarikan sampel; perbedaan "
            "antara yang mengisi dan yang tidak mengisi tidak tercakup."
        )
    elif channels:
        parts.append(
            "Selang kepercayaan hanya menggambarkan galat penarikan sampel; pengguna layanan "
            "yang tidak bersedia menjawab tidak tercakup."
        )
    if "imported" in channels:
        parts.append(
            "Data yang diimpor dikumpulkan di luar sistem ini; cara pengumpulannya tidak "
            "dapat diperiksa di sini."
        )
    if "assisted" in channels:
        parts.append("Sebagian kuesioner diisi dengan bantuan petugas dan ditandai demikian.")
    return sentence(*parts)


def change_of(before: dict[str, Any], after: dict[str, Any], n: tuple[int, int]) -> Estimate:
    """Change of an index between two periods in points of 100, respondents taken as others."""
    estimates = [Estimate(one["score100"], one["se"], None, None) for one in (before, after)]
    return change_between(estimates[0], estimates[1], sum(n) - 2).points


def is_comparable(figures: Figures, period: Period) -> bool:
    """Whether an earlier period was asked and converted in the same way."""
    conversion = figures.result["method"]["conversion"]
    is_same = period.instrument_sha256 == figures.survey.instrument_sha256
    return is_same and period.conversion == conversion


def change_sentence(figures: Figures) -> str:
    """How the index moved since the period before, and whether that is more than noise."""
    index = figures.index
    if index is None:
        return ""
    if figures.is_open:
        return "Perbandingan dengan periode lalu disusun setelah survei ditutup."
    if not figures.earlier:
        return (
            "Belum ada hasil periode sebelumnya yang diterbitkan, sehingga perkembangan belum "
            "dapat diperbandingkan."
        )
    before = figures.earlier[0]
    name = period_in_words(before.name)
    if not is_comparable(figures, before):
        return (
            f"Kuesioner atau cara konversi {name} berbeda, sehingga nilainya "
            f"({angka(before.index['score100'])}) tidak diperbandingkan langsung."
        )
    change = change_of(before.index, index, (before.n, figures.whole["n"]))
    code = figures.instrument.index.code
    return f"{_moved(code, name, change)} {_is_noise(change)}"


def _moved(code: str, name: str, change: Estimate) -> str:
    size = angka(abs(change.value))
    if not size.strip("0,"):
        return f"{code} sama dengan nilai {name}."
    verb = "naik" if change.value > 0 else "turun"
    return f"{code} {verb} {size} poin dibandingkan dengan {name}."


def _is_noise(change: Estimate) -> str:
    if change.interval is None:
        return "Ketidakpastian perubahan itu tidak dapat dihitung."
    words = f"Selang 95 persen perubahan itu {signed(change.interval[0])} sampai "
    words += signed(change.interval[1])
    if is_more_than_noise(change):
        return f"{words}, sehingga perubahannya melampaui galat penarikan sampel."
    return f"{words}, sehingga perubahannya belum dapat dibedakan dari galat penarikan sampel."


def is_more_than_noise(change: Estimate) -> bool:
    """Whether an interval of change leaves out no change at all."""
    return change.interval is not None and (change.interval[0] > 0 or change.interval[1] < 0)


def plan_sentence(figures: Figures) -> str:
    """How much follow-up is planned, and how much of it is done."""
    rows = figures.plan
    if not rows:
        return "Rencana tindak lanjut belum disusun."
    done = sum(row.state == FollowUpState.DONE for row in rows)
    words = f"Rencana tindak lanjut memuat {bilangan(len(rows))} program/kegiatan"
    return f"{words}; {bilangan(done)} di antaranya sudah selesai." if done else f"{words}."


def _gap(whole: Tally, population: int | None, low: str, high: str) -> Estimate:
    """Mean of `high` less that of `low`, with its interval."""
    design = simple_design(whole, population)
    weights = np.array([(code == high) - (code == low) for code in whole.items], dtype=float)
    spread = variance(design, weights)
    se = None if spread is None else float(np.sqrt(max(0.0, spread)))
    value = float(weights @ np.nan_to_num(item_means(design)))
    return t_interval(value, se, design.degrees_of_freedom, 0.95)


def _named(item: dict[str, Any]) -> str:
    return f"{item['label']} ({angka(item['score100'])})"


def _ends(ends: Sequence[float], places: int = 2) -> str:
    if places == 2:
        return interval(ends, places, TOP).replace("–", " sampai ")
    return f"{signed(ends[0], places)} sampai {signed(ends[1], places)}"
