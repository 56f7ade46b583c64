"""Pages that belong to nobody in particular: health, readiness, and template helpers."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from flask import Blueprint, Flask, Response, jsonify, request
from sqlalchemy import text

from survey_app.accounts.access import public
from survey_app.channel_results import channel_word
from survey_app.web.context import context
from survey_app.web.errors import NotFoundError

blueprint = Blueprint("web", __name__)

_MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)


def init_app(app: Flask) -> None:
    """Register the pages and the filters that write numbers and dates the Indonesian way."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["channel_word"] = channel_word
    app.jinja_env.filters.update(angka=angka, bilangan=bilangan, tanggal=tanggal, triwulan=triwulan)
    app.jinja_env.filters["selisih"] = selisih


def angka(value: float | Decimal | None, places: int = 2) -> str:
    """A number as Indonesian readers write it: comma for decimals, half-up; a dash for none."""
    if value is None:
        return "–"
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{exact:,}".translate(str.maketrans(",.", ".,"))


def selisih(value: float | Decimal | None, places: int = 2) -> str:
    """A difference with its sign, `+1,20` or `−0,35`; a dash for none."""
    if value is None:
        return "–"
    return ("−" if value < 0 else "+") + angka(Decimal(str(value)).copy_abs(), places)


def bilangan(value: int | None) -> str:
    """A count with points between thousands; a dash for none."""
    return "–" if value is None else f"{value:,}".replace(",", ".")


def tanggal(day: date | None) -> str:
    """A day as `24 November 2026`; a dash for none."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if day else "–"


def triwulan(day: date | None) -> str:
    """The quarter of a day as reports print it, `TW IV 2026`; a dash for none."""
    return f"TW {('I', 'II', 'III', 'IV')[(day.month - 1) // 3]} {day.year}" if day else "–"


@blueprint.get("/healthz")
@public
def health() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readiness() -> Response:
    """The process and its database answer; 503 where the database does not."""
    with context().store.read() as session:
        session.execute(text("SELECT 1"))
    return jsonify(status="ok")


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Counts for a monitoring system; only for this machine unless the settings open it."""
    if not (context().settings.metrics_public or request.remote_addr in {"127.0.0.1", "::1"}):
        raise NotFoundError
    return Response("zi_survey_up 1\n", mimetype="text/plain")
