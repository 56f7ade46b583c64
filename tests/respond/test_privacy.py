"""What must not be found anywhere after a citizen has answered."""

from pathlib import Path

from sqlalchemy import LargeBinary

from survey_app.store.tables import Base

CANARY_ADDRESS = "203.0.113.77"
CANARY_AGENT = "KenariPeramban/9.9"


def test_address_and_agent_are_in_no_file_and_no_log(
    client, link, endpoint, fields, body, settings, capfd
):
    headers = {"User-Agent": CANARY_AGENT, "Cookie": "kenari=1"}
    surroundings = {"REMOTE_ADDR": CANARY_ADDRESS}
    client.get(link, headers=headers, environ_base=surroundings)
    client.post(link, data=fields, headers=headers, environ_base=surroundings)
    client.post(endpoint, json=body, headers=headers, environ_base=surroundings)
    files = b"".join(path.read_bytes() for path in Path(settings.instance).iterdir())
    output = "".join(capfd.readouterr())
    for canary in (CANARY_ADDRESS, CANARY_AGENT, "kenari=1"):
        assert canary.encode() not in files
        assert canary not in output


def test_citizens_requests_are_not_logged_at_all(client, link, fields, capfd):
    client.get(link)
    done = client.post(link, data=fields)
    client.get(done.location)
    assert "respond" not in capfd.readouterr().err


def test_tables_of_citizens_have_no_time_order_or_link_to_each_other():
    tables = Base.metadata.tables
    apart = {"response", "comment", "receipt", "contact"}
    for name in apart:
        table = tables[name]
        assert table.dialect_options["sqlite"]["with_rowid"] is False
        assert all(isinstance(column.type, LargeBinary) for column in table.primary_key)
        kinds = {str(column.type).upper() for column in table.columns}
        assert not {kind for kind in kinds if "TIME" in kind}
        targets = {key.column.table.name for key in table.foreign_keys}
        assert not targets & (apart | {"link", "ticket", "account", "login_session"})
