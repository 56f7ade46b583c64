"""Answers of the LKE's survey block (area 6, block iv) for a unit's year, by rule.

Each answer says what it rests on and what is missing for a better one. It is the unit's own
answer with its proof, never the evaluator's verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey_app.monitor.evidence_files import Listed, list_files
from survey_app.monitor.follow_up import list_follow_ups
from survey_app.monitor.follow_up_effect import Share, add_shares, share_followed_up
from survey_app.publish.queries import Published, list_published
from survey_app.store.tables import FollowUp, Unit

INDEX = "IKM"
SURVEYS_A_YEAR = 4


@dataclass(frozen=True)
class Answer:
    """One answer: its letter, its score of 1, what it rests on, and what is missing."""

    question: str
    letter: str
    score: float
    words: str
    missing: str


@dataclass(frozen=True)
class Evidence:
    """What a unit can show for one year, oldest survey first."""

    unit: Unit
    year: int
    published: tuple[Published, ...]
    plans: dict[int, list[FollowUp]]
    files: tuple[Listed, ...]
    share: Share

    @property
    def panel_files(self) -> tuple[Listed, ...]:
        """Proof of the panel in the service room."""
        return tuple(file for file in self.files if file.follow_up_id is None)

    @property
    def answers(self) -> tuple[Answer, Answer, Answer]:
        """The answers to a, b and c."""
        periods = len({one.period for one in self.published})
        return (
            answer_surveys(periods),
            answer_publication(is_online=periods > 0, is_offline=bool(self.panel_files)),
            answer_follow_up(self.share, is_surveyed=periods > 0),
        )


def gather_evidence(session: Session, unit: Unit, year: int) -> Evidence:
    """The unit's published IKM surveys whose period ended in the year, with all their proof."""
    listed = list_published(session, unit_slug=unit.slug)
    own = [one for one in listed if one.index_code == INDEX and one.period_end.year == year]
    own.sort(key=lambda one: (one.period_end, one.survey_key))
    plans = {one.survey_id: list_follow_ups(session, one.survey_id) for one in own}
    shares = [share_followed_up(plans[one.survey_id], one.result) for one in own]
    files = list_files(session, [one.survey_id for one in own])
    return Evidence(unit, year, tuple(own), plans, tuple(files), add_shares(shares))


def years_with_results(published: Sequence[Published]) -> list[int]:
    """Years for which there is anything to show, newest first."""
    return sorted({one.period_end.year for one in published if one.index_code == INDEX})[::-1]


def answer_surveys(periods: int) -> Answer:
    """How many periods were surveyed: 4 or more A, 3 B, 2 C, 1 D, none E.

    >>> [answer_surveys(n).letter for n in (5, 4, 3, 2, 1, 0)]
    ['A', 'A', 'B', 'C', 'D', 'E']
    """
    done = min(periods, SURVEYS_A_YEAR)
    lacking = SURVEYS_A_YEAR - done
    return Answer(
        "Telah dilakukan survei kepuasan masyarakat",
        "EDCBA"[done],
        done / SURVEYS_A_YEAR,
        f"{periods}x setahun dengan hasil terbit" if periods else "Belum ada survei yang terbit",
        f"Kurang {lacking} periode terbit untuk jawaban A." if lacking else "",
    )


def answer_publication(*, is_online: bool, is_offline: bool) -> Answer:
    """Where results can be read: online and in the room A, in one of them B, nowhere C.

    The LKE's B names the room alone; online alone is told as B too, and said so.
    """
    letter, score, words, missing = {
        (True, True): ("A", 1.0, "Daring (halaman hasil) dan di ruang pelayanan (foto panel)", ""),
        (True, False): (
            "B",
            0.5,
            "Daring saja; kriteria B LKE menyebut luring saja, penilaiannya pada evaluator",
            "Cetak panel, pasang di ruang pelayanan, lalu unggah fotonya.",
        ),
        (False, True): (
            "B",
            0.5,
            "Hanya di tempat layanan",
            "Terbitkan hasil agar dapat dibaca secara daring.",
        ),
        (False, False): (
            "C",
            0.0,
            "Tidak dipublikasi",
            "Terbitkan hasil dan pasang panel di ruang pelayanan.",
        ),
    }[is_online, is_offline]
    return Answer("Hasil survei dapat diakses secara terbuka", letter, score, words, missing)


def answer_follow_up(share: Share, *, is_surveyed: bool) -> Answer:
    """How much was followed up: all A, most B, some C, none D."""
    letter = share.answer
    words = f"{share.done} dari {share.wanted} tindak lanjut selesai"
    lacking = share.wanted - share.done
    missing = f"{lacking} belum selesai atau belum direncanakan." if lacking else ""
    if not is_surveyed:
        words, missing = "Belum ada hasil yang ditindaklanjuti", "Terbitkan hasil lebih dahulu."
    elif not share.wanted:
        words, missing = "Belum ada rencana tindak lanjut", "Susun rencana dari unsur terendah."
    return Answer(
        "Dilakukan tindak lanjut atas seluruh hasil survei kepuasan masyarakat",
        letter,
        {"A": 1.0, "B": 0.67, "C": 0.33, "D": 0.0}[letter],
        words,
        missing,
    )
