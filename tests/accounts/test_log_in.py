"""Logging in and out, and what ends a session."""

import pytest
from sqlalchemy import select

from instruments.errors import SurveyError
from survey_app.accounts.passwords import hash_password
from survey_app.accounts.people import change_password, disable_account, find_account
from survey_app.accounts.tokens import issue_token
from survey_app.store.tables import AuditEvent, LoginSession, Role
from tests.people import PASSWORD, add_person, log_in, post

EMAIL = "siti@contoh.go.id"


@pytest.fixture
def person(store, clock):
    return add_person(store, clock, EMAIL, Role.SUPERADMIN)


def is_in(client):
    return client.get("/akun").status_code == 200


def test_the_right_password_opens_the_desk(app, person):
    assert is_in(log_in(app, EMAIL.upper()))


@pytest.mark.parametrize("email, password", [(EMAIL, "salah sekali"), ("x@y.id", PASSWORD)])
def test_wrong_address_and_wrong_password_read_the_same(client, person, email, password):
    refused = post(client, "/masuk", page="/masuk", email=email, password=password)
    assert refused.status_code == 422
    assert "Surel atau kata sandi tidak cocok" in refused.text


def test_guessing_is_slowed_down_even_for_the_right_password(client, person, clock):
    for _ in range(8):
        post(client, "/masuk", page="/masuk", email=EMAIL, password="salah sekali lagi")
    held = post(client, "/masuk", page="/masuk", email=EMAIL, password=PASSWORD)
    assert held.status_code == 429
    clock.advance(minutes=16)
    assert post(client, "/masuk", page="/masuk", email=EMAIL, password=PASSWORD).status_code == 302


def test_logging_out_ends_the_session_on_the_server(app, person):
    client = log_in(app, EMAIL)
    stolen = client.get_cookie("__Host-session").value
    post(client, "/keluar")
    client.set_cookie("__Host-session", stolen, secure=True)
    assert not is_in(client)


@pytest.mark.parametrize("end", ["password", "disabled", "idle", "old"])
def test_sessions_die_with_their_reason(app, person, store, clock, end):
    client = log_in(app, EMAIL)
    with store.write() as session:
        account = find_account(session, EMAIL)
        if end == "password":
            change_password(session, account, "kucing hijau makan paku")
        if end == "disabled":
            disable_account(session, account, clock())
    if end == "idle":
        clock.advance(minutes=31)
    if end == "old":
        for _ in range(26):
            clock.advance(minutes=29)
            is_in(client)
    assert not is_in(client)


def test_the_cookie_is_host_bound_secure_and_unreadable_for_scripts(client, person):
    done = post(client, "/masuk", page="/masuk", email=EMAIL, password=PASSWORD)
    cookie = done.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert mark in cookie


def test_the_database_holds_no_token_in_the_clear(app, person, store):
    log_in(app, EMAIL)
    with store.read() as session:
        assert len(session.scalars(select(LoginSession.token_hash)).one()) == 32


def test_log_ins_are_in_the_audit_trail(app, person, store):
    log_in(app, EMAIL)
    with store.read() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["log-in"]


@pytest.mark.parametrize("address", ["https://jahat.id/", "//jahat.id", "/\\jahat.id"])
def test_the_way_on_after_logging_in_stays_inside(client, person, address):
    fields = {"email": EMAIL, "password": PASSWORD, "lanjut": address}
    assert "jahat" not in post(client, "/masuk", page="/masuk", **fields).location


@pytest.mark.parametrize("password, code", [("pendek", "short"), ("Katasandisaya123!", "common")])
def test_weak_passwords_are_refused(password, code):
    with pytest.raises(SurveyError) as caught:
        hash_password(password)
    assert caught.value.code == f"password-{code}"


def test_passwords_are_hashed_with_argon2id(slow_hashes):
    assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=1$")


def test_a_token_opens_the_api_and_a_disabled_account_closes_it(client, person, store, clock):
    with store.write() as session:
        token = issue_token(session, find_account(session, EMAIL), "evaluate", clock())
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/units", headers=headers).status_code == 200
    assert client.get("/api/v1/units").headers["WWW-Authenticate"].startswith("Bearer")
    clock.advance(days=366)
    assert client.get("/api/v1/units", headers=headers).status_code == 401
    clock.advance(days=-366)
    with store.write() as session:
        disable_account(session, find_account(session, EMAIL), clock())
    assert client.get("/api/v1/units", headers=headers).status_code == 401
