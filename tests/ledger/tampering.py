"""What someone with the database, and perhaps the signing key, could try."""

import json
import secrets
from collections.abc import Callable
from contextlib import contextmanager

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from survey_app.ledger.keys import Signer, instance_signer, record_key
from survey_app.ledger.leaves import canonical, response_leaf
from survey_app.ledger.seal import seal_survey
from survey_app.store.tables import Survey
from tests.worlds import World


@contextmanager
def unguarded(world: World):
    """A transaction in which the database's own guards are switched off."""
    with world.store.write() as session:
        if world.store.is_sqlite:
            guards = session.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            for name, _ in guards:
                session.execute(text(f"DROP TRIGGER {name}"))
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
            yield session
            for _, sql in guards:
                session.execute(text(sql))
        else:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            yield session


def one(session, question: str, **values):
    return session.execute(text(question), values).first()


def sealed(session, table: str, number: int = 1, order: str = "id"):
    return one(
        session,
        f"SELECT t.* FROM {table} t JOIN seal s ON s.id = t.seal_id "
        f"WHERE s.number = :number ORDER BY t.{order} LIMIT 1",
        number=number,
    )


def alter_answer(world: World) -> str:
    with unguarded(world) as session:
        row = sealed(session, "response")
        answers = json.loads(row.answers)
        first = next(code for code, value in answers.items() if value)
        answers[first] = 4 if answers[first] != 4 else 1
        session.execute(
            text("UPDATE response SET answers = :answers WHERE id = :id"),
            {"answers": canonical(answers), "id": row.id},
        )
        return row.id.hex()


def alter_answer_and_its_leaf(world: World) -> str:
    """As a careful forger would: answer and leaf fit each other again."""
    with unguarded(world) as session:
        row = sealed(session, "response")
        answers = canonical(dict.fromkeys(world.instrument.codes, 4))
        service = {number: code for code, number in world.services.items()}.get(row.service_id)
        leaf = response_leaf(
            nonce=row.nonce,
            identity=row.id,
            survey_key=world.key,
            service=service,
            channel=row.channel,
            day=str(row.day),
            instrument_sha256=row.instrument_sha256,
            language=row.language,
            answers=answers,
            profile=row.profile,
        )
        session.execute(
            text("UPDATE response SET answers = :answers, leaf = :leaf WHERE id = :id"),
            {"answers": answers, "leaf": leaf, "id": row.id},
        )
        return row.id.hex()


def alter_comment(world: World) -> str:
    with unguarded(world) as session:
        row = sealed(session, "comment")
        session.execute(text("UPDATE comment SET text = 'Bagus' WHERE id = :id"), {"id": row.id})
        return row.id.hex()


def alter_unit(world: World) -> str:
    with unguarded(world) as session:
        agency = one(session, "SELECT id FROM agency").id
        session.execute(
            text(
                "INSERT INTO unit (agency_id, slug, name, address, timezone) "
                "VALUES (:agency, 'lain', 'Lain', '', 'Asia/Jakarta')"
            ),
            {"agency": agency},
        )
        session.execute(
            text("UPDATE survey SET unit_id = (SELECT id FROM unit WHERE slug = 'lain')")
        )
        return "segel 1"


def alter_service(world: World) -> str:
    with unguarded(world) as session:
        row = one(
            session,
            "SELECT * FROM response WHERE seal_id IS NOT NULL AND service_id = :ktp ORDER BY id",
            ktp=world.services["ktp"],
        )
        session.execute(
            text("UPDATE response SET service_id = :akta WHERE id = :id"),
            {"id": row.id, "akta": world.services["akta"]},
        )
        return row.id.hex()


def alter_day(world: World) -> str:
    with unguarded(world) as session:
        row = sealed(session, "response")
        session.execute(
            text("UPDATE response SET day = '2026-10-01' WHERE id = :id"), {"id": row.id}
        )
        return row.id.hex()


def delete_row(world: World) -> str:
    with unguarded(world) as session:
        row = sealed(session, "response", 2)
        session.execute(text("DELETE FROM response WHERE id = :id"), {"id": row.id})
        return row.id.hex()


def insert_row(world: World) -> str:
    with unguarded(world) as session:
        row = sealed(session, "response")
        identity = secrets.token_bytes(16)
        names = [name for name in row._fields if name != "id"]
        session.execute(
            text(
                f"INSERT INTO response (id, {', '.join(names)}) "
                f"SELECT :new, {', '.join(names)} FROM response WHERE id = :id"
            ),
            {"new": identity, "id": row.id},
        )
        return identity.hex()


def swap_answers(world: World) -> str:
    with unguarded(world) as session:
        rows = session.execute(
            text("SELECT id, answers FROM response WHERE seal_id IS NOT NULL ORDER BY id")
        ).all()
        first = rows[0]
        other = next(row for row in rows if row.answers != first.answers)
        for mine, theirs in ((first, other), (other, first)):
            session.execute(
                text("UPDATE response SET answers = :answers WHERE id = :id"),
                {"id": mine.id, "answers": theirs.answers},
            )
        return first.id.hex()


def delete_last_row(world: World) -> str:
    with unguarded(world) as session:
        row = one(
            session,
            "SELECT r.id FROM response r JOIN seal s ON s.id = r.seal_id "
            "ORDER BY s.number DESC, r.id DESC LIMIT 1",
        )
        session.execute(text("DELETE FROM response WHERE id = :id"), {"id": row.id})
        return row.id.hex()


def truncate_last_seal(world: World) -> str:
    """The last batch vanishes with all its rows, as if it had never been."""
    with unguarded(world) as session:
        last = one(session, "SELECT id, number FROM seal ORDER BY number DESC LIMIT 1")
        for table in ("response", "comment", "receipt", "interim_step"):
            session.execute(text(f"DELETE FROM {table} WHERE seal_id = :id"), {"id": last.id})
        session.execute(text("DELETE FROM seal WHERE id = :id"), {"id": last.id})
        return f"segel {last.number}"


def rewrite_with_the_real_key(world: World) -> str:
    """Drop an answer of batch 2 and seal everything from there anew, signed properly."""
    _rewrite(world, instance_signer(world.settings))
    return "segel 2"


def resign_with_another_key(world: World) -> str:
    """The same from the first batch on, by somebody without the instance's key."""
    with unguarded(world) as session:
        session.execute(text("DELETE FROM seal WHERE number < 0"))
    _rewrite(world, Signer(Ed25519PrivateKey.generate()), first=1)
    return "segel 1"


def _rewrite(world: World, signer: Signer, first: int = 2) -> None:
    with unguarded(world) as session:
        numbers = session.execute(
            text("SELECT number FROM seal WHERE number >= :first ORDER BY number"), {"first": first}
        ).scalars()
        batches = {number: _take_out(session, number) for number in list(numbers)}
        if first == 1:
            session.execute(text("DELETE FROM signing_key"))
            record_key(session, signer, world.clock())
    for number, (rows, receipts) in batches.items():
        forged = rows[1:] if number == first else rows
        with unguarded(world) as session:
            _put_back(session, forged, receipts[: len([r for r in forged if r[0] == "response"])])
            seal_survey(session, world.survey_id, signer, world.clock(), minimum=1)
            session.get_one(Survey, world.survey_id)


def _take_out(session, number: int):
    rows, receipts = [], []
    for table in ("response", "comment", "receipt"):
        found = session.execute(
            text(f"SELECT t.* FROM {table} t JOIN seal s ON s.id = t.seal_id WHERE s.number = :n"),
            {"n": number},
        ).all()
        kept = receipts if table == "receipt" else rows
        kept += [(table, dict(row._mapping) | {"seal_id": None}) for row in found]
        session.execute(
            text(f"DELETE FROM {table} WHERE seal_id = (SELECT id FROM seal WHERE number = :n)"),
            {"n": number},
        )
    mine = "(SELECT id FROM seal WHERE number = :n)"
    session.execute(text(f"DELETE FROM interim_step WHERE seal_id = {mine}"), {"n": number})
    session.execute(text("DELETE FROM seal WHERE number = :n"), {"n": number})
    return rows, receipts


def _put_back(session, rows, receipts) -> None:
    for table, values in (*rows, *receipts):
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


# Each does its damage and returns what verify must name.
ATTACKS: dict[str, Callable[[World], str]] = {
    "alter an answer": alter_answer,
    "alter an answer and its leaf": alter_answer_and_its_leaf,
    "alter a comment": alter_comment,
    "alter the unit": alter_unit,
    "alter the service": alter_service,
    "alter the day": alter_day,
    "delete a row": delete_row,
    "insert a row": insert_row,
    "swap two rows' answers": swap_answers,
    "delete the last row": delete_last_row,
    "re-sign with another key": resign_with_another_key,
}
# Nothing inside the database can show these: who holds the key, or cuts off the end with all
# that belongs to it, leaves a shorter or another history that is whole in itself.
ONLY_A_WITNESS_SEES: dict[str, Callable[[World], str]] = {
    "truncate the last seal": truncate_last_seal,
    "rewrite from batch 2 with the real key": rewrite_with_the_real_key,
}
