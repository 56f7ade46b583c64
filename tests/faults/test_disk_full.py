"""A full disk, in both faces that SQLite shows it: an honest 503, and nothing lost."""

import json
import resource
import threading
import time

import pytest
from sqlalchemy import event, func, select, text

from survey_app.ledger.verify import verify_database
from survey_app.store.tables import Receipt, Response
from tests.faults.server import Crowd, get, post, send_all
from tests.worlds import submissions

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def stored(world):
    with world.store.read() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        return [
            session.scalar(select(func.count()).select_from(table)) for table in (Response, Receipt)
        ]


def test_no_page_left_is_503_and_the_rest_lands_when_there_is_space(world, client, app):
    room = [_pages(world) + 12]

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {room[0]}")

    event.listen(world.store.engine, "connect", limit)
    world.store.engine.dispose()
    code, accepted, refused = world.links["ktp"], [], []
    for one in submissions(world.instrument, 200):
        reply = _post(client, code, one)
        assert reply.status_code in {201, 503}, reply.data
        (accepted if reply.status_code == 201 else refused).append((one, reply))
    assert accepted
    assert refused
    assert all(reply.headers["Retry-After"] for _, reply in refused)
    assert not any(b"receipt" in reply.data for _, reply in refused)
    assert client.get(f"/s/{code}").status_code == 200
    assert stored(world) == [len(accepted)] * 2
    room[0] = 100_000
    world.store.engine.dispose()
    assert {_post(client, code, one).status_code for one, _ in refused} == {201}
    assert stored(world) == [200, 200]
    assert verify_database(world.store).damages == []
    print(f"\nSQLITE_FULL: {len(refused)} of 200 refused with 503, all landed after")


def test_a_file_that_may_not_grow_is_503_and_the_rest_lands_when_it_may(world, server):
    server.start(ZI_SURVEY_SEAL_INTERVAL_SECONDS="3600")
    code, crowd = world.links["ktp"], Crowd()
    log = world.settings.instance / "data.sqlite3-wal"
    server.limit_file_size(log.stat().st_size + 300_000)
    load = threading.Thread(
        target=send_all,
        args=(server.port, code, list(submissions(world.instrument, 200)), 8, crowd),
    )
    load.start()
    while crowd.statuses[503] < 20:
        time.sleep(0.02)
    assert get(server.port, f"/s/{code}").status == 200
    acknowledged = len(crowd.receipts)
    server.limit_file_size(resource.RLIM_INFINITY)
    load.join()
    assert set(crowd.statuses) == {201, 503}
    assert all(reply.headers["retry-after"] for reply in crowd.refusals)
    assert len(crowd.receipts) == 200
    assert stored(world) == [200, 200]
    assert verify_database(world.store).damages == []
    assert post(server.port, code, next(submissions(world.instrument, 1, seed=5))).status == 201
    print(
        f"\nSQLITE_IOERR: after {acknowledged} of 200 the file could not grow; "
        f"{crowd.statuses[503]} refusals with 503, 200 of 200 landed after"
    )


def _post(client, code, one):
    body = {
        "submission_id": one.submission_id,
        "answers": one.answers,
        "profile": one.profile,
        "comment": one.comment,
        "language": one.language,
    }
    address = f"/api/v1/links/{code}/responses"
    return client.post(address, data=json.dumps(body), content_type="application/json")


def _pages(world):
    with world.store.read() as session:
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return session.execute(text("PRAGMA page_count")).scalar_one()
