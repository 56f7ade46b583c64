"""An invented Zona Integritas file for the demo's first unit."""

from decimal import Decimal

from sqlalchemy import select

from survey_app.administer.places import find_unit
from survey_app.clock import Clock
from survey_app.store import Store
from survey_app.store.tables import Account
from survey_app.zi.entries import NewEntry, record_entries

UNIT = "disdukcapil-contoh"
EVALUATOR = "tpi@contoh.go.id"
LKE = "LKE peraga, hasil evaluasi TPI"
POINTS = {
    "perubahan.pemenuhan": "3.4",
    "perubahan.reform": "2.9",
    "tatalaksana.pemenuhan": "2.8",
    "tatalaksana.reform": "2.45",
    "sdm.pemenuhan": "4.1",
    "sdm.reform": "3.3",
    "akuntabilitas.pemenuhan": "4.2",
    "akuntabilitas.reform": "3.1",
    "pengawasan.pemenuhan": "6.3",
    "pengawasan.reform": "5.2",
    "pelayanan.pemenuhan": "4.3",
    "pelayanan.reform": "2.4",
    "capaian-kinerja": "3.75",
}


def fill_zona_integritas(store: Store, clock: Clock) -> None:
    """Enter an evaluator's figures for this year: points, and one external survey so far."""
    entries = [NewEntry(code, Decimal(value), LKE) for code, value in POINTS.items()]
    external = NewEntry(
        "ipak",
        Decimal("3.58"),
        "Laporan survei eksternal peraga nomor 7",
        se=Decimal("0.03"),
        n=160,
    )
    with store.write() as session:
        unit = find_unit(session, UNIT)
        account = session.scalars(select(Account).where(Account.email == EVALUATOR)).one()
        year = clock().year
        record_entries(session, unit, year, [*entries, external], account, clock())
