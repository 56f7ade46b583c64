"""Accounts for tests, and browsers that are logged in as them."""

import re

from survey_app.accounts.people import create_account, grant_role
from survey_app.store import Store
from survey_app.store.tables import Agency, Role, Unit

PASSWORD = "kuda lari di bulan november"


def add_person(
    store: Store,
    clock,
    email: str,
    role: Role,
    unit: Unit | None = None,
    agency: Agency | None = None,
) -> str:
    """An account with one role; returns its address."""
    with store.write() as session:
        account = create_account(session, email=email, name=email, password=PASSWORD, now=clock())
        grant_role(session, account, role, unit=unit, agency=agency)
    return email


def csrf_token(page: str) -> str:
    """The anti-forgery token of a page's form."""
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)


def post(client, address: str, page: str | None = None, **fields):
    """Post a form as a browser does: with the token and referrer of the page it stands on."""
    token = csrf_token(client.get(page or "/akun").text)
    headers = {"Referer": "https://localhost/"}
    return client.post(address, data={"csrf_token": token} | fields, headers=headers)


def log_in(app, email: str, password: str = PASSWORD):
    """A browser that is logged in."""
    client = app.test_client()
    done = post(client, "/masuk", page="/masuk", email=email, password=password)
    assert done.status_code == 302, done.text
    return client
