"""The passages that a unit writes itself: causes, team, advice. Figures are never among them."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.store.tables import Account, ReportText, Survey

# Name, label, and what to write there, in the order of the report.
PASSAGES = (
    ("background", _("Latar belakang"), _("Hal khusus unit ini yang perlu diketahui pembaca.")),
    (
        "team",
        _("Tim pelaksana"),
        _("Satu orang satu baris, misalnya: Ketua: Siti Aminah, Kepala Bidang Pelayanan."),
    ),
    (
        "weak_causes",
        _("Penyebab unsur terendah"),
        _("Mengapa unsur terendah bernilai rendah. Satu sebab satu baris."),
    ),
    (
        "strong_causes",
        _("Penyebab unsur tertinggi"),
        _("Apa yang sudah berjalan baik. Satu sebab satu baris."),
    ),
    ("advice", _("Saran"), _("Satu saran satu baris.")),
    (
        "evidence",
        _("Data dukung lain"),
        _("Foto, tangkapan layar, atau alamat yang dilampirkan. Satu berkas satu baris."),
    ),
    (
        "signature",
        _("Pengesahan"),
        _(
            "Tempat dan tanggal, jabatan, nama, dan NIP penanda tangan, masing-masing satu baris. "
            "Baris kosong menjadi ruang tanda tangan."
        ),
    ),
)
NAMES = tuple(name for name, _label, _hint in PASSAGES)


def list_passages(session: Session, survey_id: int) -> dict[str, str]:
    """What was written so far, by passage."""
    query = select(ReportText.passage, ReportText.text).where(ReportText.survey_id == survey_id)
    return {passage: text for passage, text in session.execute(query).all() if text}


def write_passages(
    session: Session, survey: Survey, texts: Mapping[str, str], account: Account, now: datetime
) -> None:
    """Keep the passages given by name; an empty one is taken out of the report."""
    for name in NAMES:
        text = "\n".join(line.strip() for line in texts.get(name, "").splitlines()).strip()
        row = session.get(ReportText, (survey.id, name))
        if row is None:
            if not text:
                continue
            row = ReportText(survey_id=survey.id, passage=name)
            session.add(row)
        elif row.text == text:
            continue
        row.text, row.written_at, row.written_by = text, now, account.id
    session.flush()


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a passage, blank ones left out."""
    return tuple(line for line in text.splitlines() if line.strip())
