"""One click: a survey becomes a report, and the report a PDF or a Word document."""

from datetime import datetime

from sqlalchemy.orm import Session

from survey_app.administer.logos import logo_of
from survey_app.reports.content import Cover, Report, Stamp, number_captions
from survey_app.reports.figures import Figures, ReportError, gather_figures
from survey_app.reports.skm import skm_chapters
from survey_app.reports.wording import period_in_words
from survey_app.reports.zi import SELF_SURVEY, zi_chapters
from survey_app.store.tables import Survey

VERIFY_PATH = "/transparansi/periksa"
ZI_INDICES = frozenset({"IPAK", "IPKP"})


def build_report(
    session: Session, survey: Survey, *, public_url: str, minimum: int, now: datetime
) -> Report:
    """The report of a survey in the outline that its index asks for.

    IPAK and IPKP take that of SE 04/2023, all others that of PermenPANRB 14/2017. `minimum` is
    the smallest group that may be shown. Raises ReportError for a draft, and for a survey of the
    unit's own staff.
    """
    figures = gather_figures(session, survey, minimum=minimum, now=now)
    if figures.instrument.is_for_staff:
        # Both outlines are for the public's surveys and would call it one of them.
        raise ReportError("report-of-staff")
    stamp = _stamp(figures, public_url)
    logo = logo_of(session, survey.unit.agency_id)
    is_zi = figures.instrument.index.code in ZI_INDICES
    chapters = zi_chapters(figures, stamp) if is_zi else skm_chapters(figures, stamp)
    return Report(_cover(figures, is_zi), number_captions(chapters), stamp, logo)


def report_pdf(
    session: Session, survey: Survey, *, public_url: str, minimum: int, now: datetime
) -> bytes:
    """The report of a survey as PDF."""
    from survey_app.reports.pdf import render_pdf

    report = build_report(session, survey, public_url=public_url, minimum=minimum, now=now)
    return render_pdf(report)


def report_docx(
    session: Session, survey: Survey, *, public_url: str, minimum: int, now: datetime
) -> bytes:
    """The same report as an editable Word document."""
    from survey_app.reports.docx import render_docx

    report = build_report(session, survey, public_url=public_url, minimum=minimum, now=now)
    return render_docx(report)


def report_code(
    session: Session, survey: Survey, *, public_url: str, minimum: int, now: datetime
) -> str:
    """The verification code that the report carries now; empty where nothing is sealed."""
    return gather_figures(session, survey, minimum=minimum, now=now).code


def report_name(survey: Survey) -> str:
    """The report's file name without its ending."""
    return f"laporan-{survey.key}"


def _cover(figures: Figures, is_zi: bool) -> Cover:
    survey, instrument = figures.survey, figures.instrument
    marks = [SELF_SURVEY] if is_zi else []
    if figures.is_open:
        marks.append("SEMENTARA: survei masih dibuka")
    elif not figures.is_published:
        marks.append("KONSEP: hasil belum diterbitkan")
    if survey.is_demo:
        marks.append("DATA PERAGA")
    return Cover(
        title=f"Laporan {instrument.title}",
        subtitle=f"{instrument.index.name} ({instrument.index.code})",
        period=period_in_words(survey.period),
        unit=survey.unit.name,
        agency=survey.unit.agency.name,
        place=survey.unit.address,
        marks=tuple(marks),
    )


def _stamp(figures: Figures, public_url: str) -> Stamp:
    seal, code = figures.seal, figures.code
    if seal is None:
        return Stamp("", "", "", "", f"{public_url}{VERIFY_PATH}")
    return Stamp(
        head=seal.head.hex(),
        key_id=seal.key_id,
        seal=f"segel nomor {seal.number}",
        code=code,
        address=f"{public_url}{VERIFY_PATH}/{code}",
    )
