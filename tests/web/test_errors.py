"""Faults reach people as pages and machines as problems; never a traceback, never a bare 500."""

import shutil
import stat

import pytest
from sqlalchemy import func, select, text

from survey_app.settings import load_settings
from survey_app.store import StoreUnavailableError
from survey_app.store.tables import Response
from survey_app.web.application import build
from tests.worlds import make_world


@pytest.fixture
def world(store, settings, clock):
    return make_world(store, settings, clock)


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_machines(client):
    page = client.get("/tidak/ada")
    assert page.status_code == 404
    assert "Tidak ditemukan" in page.text
    problem = client.get("/tidak/ada", headers={"Accept": "application/json"})
    assert problem.content_type == "application/problem+json"


def test_a_wrong_method_is_explained(client):
    refused = client.delete("/hasil")
    assert refused.status_code == 405
    assert "tidak didukung" in refused.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_while_the_database_is_locked_answers_are_given_back_with_503(
    app, client, world, store, settings
):
    address = f"/s/{world.links['ktp']}"
    client.get(address)
    fields = {"submission_id": "A" * 22} | dict.fromkeys(world.instrument.codes, "2")
    with store.write() as holder:
        holder.connection()
        away = client.post(address, data=fields)
        problem = client.post(
            f"/api/v1/links/{world.links['ktp']}/responses",
            json={"submission_id": "A" * 22, "answers": dict.fromkeys(world.instrument.codes, 2)},
        )
        assert client.get("/hasil").status_code == 200
    assert away.status_code == problem.status_code == 503
    assert int(away.headers["Retry-After"]) > 0
    assert int(problem.headers["Retry-After"]) > 0
    assert "Jawaban belum tersimpan" in away.text
    assert away.text.count(" checked") == 9
    assert client.post(address, data=fields).status_code == 303


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_full_disk_is_a_503_and_never_a_false_thanks(client, world, store):
    address = f"/s/{world.links['ktp']}"

    def send(number):
        fields = {"submission_id": f"{number:022d}", "comment": "a" * 1000}
        fields |= dict.fromkeys(world.instrument.codes, "2")
        return client.post(address, data=fields).status_code

    client.get(address)
    limit_pages(store, room=20)
    statuses = [send(number) for number in range(60)]
    thanked = statuses.count(303)
    assert set(statuses) == {303, 503}
    assert client.get("/hasil").status_code == 200
    limit_pages(store, room=100_000)
    assert {send(number) for number in range(60)} == {303}
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 60
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    assert 0 < thanked < 60


def limit_pages(store, room):
    """Let the database grow by so many pages only; the limit belongs to a connection."""
    connection = store.engine.raw_connection()
    used = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {used + room}")
    connection.close()


def test_an_unreachable_database_stops_the_start_with_a_clear_message(tmp_path):
    settings = load_settings(
        tmp_path / "jauh", database_url="postgresql://x@127.0.0.1:9/x", database_wait_seconds=1
    )
    with pytest.raises(StoreUnavailableError, match="tidak dapat dihubungi"):
        build(settings)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_readiness_tells_when_the_database_cannot_be_read(app, client, settings, store):
    assert client.get("/readyz").json == {"status": "ok"}
    file = settings.instance / "data.sqlite3"
    store.engine.dispose()
    shutil.move(file, file.with_suffix(".away"))
    file.mkdir()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("address", ["/", "/tidak/ada", "/masuk", "/static/desk.css", "/api/v1/x"])
def test_every_answer_carries_the_security_headers(client, address):
    headers = client.get(address).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_metrics_are_for_this_machine_only(client):
    assert client.get("/metrics").status_code == 200
    away = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_base=away).status_code == 404


def test_a_forwarded_address_is_believed_only_from_a_proxy_we_were_told_of(make_settings, store):
    spoofed = {"X-Forwarded-For": "127.0.0.1"}
    away = {"REMOTE_ADDR": "203.0.113.9"}
    direct = build(make_settings(), store=store).test_client()
    proxied = build(make_settings(trusted_proxies=1), store=store).test_client()
    assert direct.get("/metrics", headers=spoofed, environ_base=away).status_code == 404
    assert proxied.get("/metrics", headers=spoofed, environ_base=away).status_code == 200


def test_the_instance_holds_no_world_readable_file_after_a_start(app, settings):
    for path in settings.instance.glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
