"""The evidence pack for the LKE's survey block: one ZIP with a cover sheet and all proof."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from analysis.bundle import pack
from survey_app.administer.periods import period_in_words
from survey_app.ledger.bundles import bundle_survey
from survey_app.ledger.keys import Signer
from survey_app.monitor.lke import Evidence
from survey_app.publish.panel import build_panel
from survey_app.publish.panel_poster import draw_panel_poster
from survey_app.publish.queries import Published
from survey_app.spreadsheets import to_csv
from survey_app.store.tables import EvidenceFile, FollowUp, Survey
from survey_app.typeset import set_pages
from survey_app.web.pages import angka, bilangan, tanggal

TEMPLATE = Path(__file__).parent / "data" / "lke.typ"
COVER = "00-lembar-jawaban.pdf"
ONLINE = ("survei", "periode", "alamat", "diterbitkan_utc", "bundel_sha256", "segel")
PLANS = (
    *("periode", "no", "prioritas_unsur", "program", "waktu", "penanggung_jawab"),
    *("keadaan", "hasil"),
)


def pack_evidence(
    session: Session,
    evidence: Evidence,
    signer: Signer,
    public_url: str,
    snapshot: str,
    reports: Mapping[str, bytes],
) -> bytes:
    """The pack as a ZIP; `snapshot` is the public page's HTML, `reports` PDFs by survey key."""
    parts = {f"a-survei/{key}/laporan.pdf": content for key, content in reports.items()}
    for one in evidence.published:
        survey = session.get_one(Survey, one.survey_id)
        parts[f"a-survei/{one.survey_key}/bundel.zip"] = bundle_survey(session, survey, signer)
        poster = draw_panel_poster(build_panel(session, one), public_url)
        parts[f"b-publikasi/panel-{one.survey_key}.pdf"] = poster
    if evidence.published:
        parts["b-publikasi/halaman-hasil.html"] = snapshot.encode()
        parts["b-publikasi/bukti-daring.csv"] = _online(session, evidence, public_url).encode()
        parts["c-tindak-lanjut/rencana.csv"] = _plans(evidence).encode()
    parts |= _uploaded(session, evidence)
    parts[COVER] = draw_cover(evidence, parts)
    sums = [f"{_sha256(content)}  {name}\n" for name, content in sorted(parts.items())]
    return pack(parts | {"SHA256SUMS": "".join(sums).encode()})


def draw_cover(evidence: Evidence, parts: Mapping[str, bytes]) -> bytes:
    """The sheet that answers a, b and c and lists what is in the pack, as PDF."""
    sheet = {
        "agency": evidence.unit.agency.name,
        "unit": evidence.unit.name,
        "year": str(evidence.year),
        "note": "DATA PERAGA" if any(one.is_demo for one in evidence.published) else "",
        "answers": [
            vars(answer) | {"number": "abc"[place], "score": angka(answer.score)}
            for place, answer in enumerate(evidence.answers)
        ],
        "surveys": [_row(one) for one in evidence.published],
        "files": [
            {"name": name, "sha256": _sha256(content)} for name, content in sorted(parts.items())
        ],
    }
    return set_pages(TEMPLATE, {"sheet": json.dumps(sheet)}, "pdf")[0]


def _row(one: Published) -> dict[str, str]:
    interval = one.index.get("ci")
    return {
        "period": period_in_words(one.period),
        "score": angka(one.index.get("score100")),
        "grade": one.index.get("grade", "–"),
        "interval": f"{angka(interval[0])}–{angka(interval[1])}" if interval else "–",
        "n": bilangan(one.whole["n"]),
        "published": tanggal(one.published_at.date()),
        "head": one.result["head"][:32],
    }


def _online(session: Session, evidence: Evidence, public_url: str) -> str:
    rows = [
        (
            one.survey_key,
            one.period,
            f"{public_url}/hasil/{one.unit_slug}",
            one.published_at.isoformat(),
            one.bundle_sha256,
            one.result["head"],
        )
        for one in evidence.published
    ]
    return to_csv(ONLINE, rows)


def _plans(evidence: Evidence) -> str:
    return to_csv(
        PLANS,
        [
            (one.period, number, one.instrument.item(row.unsur).label, *_columns(row))
            for one in evidence.published
            for number, row in enumerate(evidence.plans[one.survey_id], 1)
        ],
    )


def _columns(row: FollowUp) -> Sequence[str]:
    done = row.evidence or row.reason
    return row.programme, row.due.isoformat(), row.responsible, str(row.state), done


def _uploaded(session: Session, evidence: Evidence) -> dict[str, bytes]:
    keys = {row.id: one for one in evidence.published for row in evidence.plans[one.survey_id]}
    parts = {}
    for listed in evidence.files:
        content = session.get_one(EvidenceFile, listed.id).content
        if listed.follow_up_id is None:
            parts[f"b-publikasi/foto/{listed.id}-{listed.name}"] = content
        else:
            key = keys[listed.follow_up_id].survey_key
            parts[f"c-tindak-lanjut/{key}/{listed.follow_up_id}/{listed.id}-{listed.name}"] = (
                content
            )
    return parts


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
