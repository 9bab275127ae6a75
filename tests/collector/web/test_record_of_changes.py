"""Every change by API, page and command leaves one row in the record of changes, and a refused one none."""

import json
from collections.abc import Iterator

import pytest

from collector.access import AuditRow
from runtime.settings import BadConfig
from tests.collector.web.serving import Served, serving
from tests.collector.web.signed_in import Browser, add_account, add_token, with_an_incident

MACHINE = {"Authorization": "Bearer s3cret", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    with serving(with_an_incident(token="s3cret")) as served:
        yield served


def rows(web: Served) -> list[AuditRow]:
    return web.store.audit(limit=1000)


def change(web: Served, method: str, path: str, **document: object) -> AuditRow | None:
    """The newest row, if the request made one."""
    before = len(rows(web))
    body = json.dumps({"by": "Sari", **document}).encode() if method != "DELETE" else b""
    path = f"{path}?by=Sari" if method == "DELETE" else path
    web.ask(method, path, body, **MACHINE)
    after = rows(web)
    assert len(after) - before in (0, 1)
    return after[0] if len(after) > before else None


def test_every_change_by_the_api_leaves_one_row_and_a_refused_one_none(web: Served) -> None:
    (incident,) = web.watch.incidents.open()
    this = f"/api/incidents/{incident.id}"
    work = {"title": "Pemeliharaan", "minutes": 30, "sites": ["dinkes"]}
    password = "tepi-kapuas"
    for method, path, document, what in (
        ("POST", f"{this}/acknowledgement", {}, "acknowledge"),
        ("POST", f"{this}/acknowledgement", {}, ""),
        ("DELETE", f"{this}/acknowledgement", {}, "unacknowledge"),
        ("POST", f"{this}/notes", {"text": "PLN datang"}, "note"),
        ("PUT", f"{this}/cause", {"cause": "power"}, "set cause"),
        ("POST", "/api/incidents/nowhere/notes", {"text": "x"}, ""),
        ("POST", "/api/maintenance", work, "plan work"),
        ("POST", "/api/maintenance", work, ""),
        ("POST", "/api/notify-test", {}, "test message"),
        ("POST", "/api/accounts", {"name": "budi", "role": "viewer", "password": password}, "add account"),
        ("POST", "/api/accounts", {"name": "budi", "role": "viewer", "password": password}, ""),
        ("PUT", "/api/accounts/budi/role", {"role": "operator"}, "change role"),
        ("PUT", "/api/accounts/budi/password", {"password": f"{password}!"}, "change password"),
        ("DELETE", "/api/accounts/budi", {}, "remove account"),
        ("DELETE", "/api/accounts/budi", {}, ""),
        ("POST", "/api/tokens", {"name": "grafana", "role": "viewer", "days": 1}, "add token"),
        ("DELETE", "/api/tokens/grafana", {}, "remove token"),
    ):
        row = change(web, method, path, **document)
        assert (row.what if row else "") == what, path
        if row:
            assert (row.who, row.address, row.via) == ("the machine's token", "127.0.0.1", "api")


def test_a_program_and_the_person_whom_it_names_both_stand_in_the_row(web: Served) -> None:
    (incident,) = web.watch.incidents.open()
    secret = add_token(web, "helpdesk", "operator")
    headers = {**MACHINE, "Authorization": f"Bearer {secret}", "User-Agent": "pantau-collector"}
    body = json.dumps({"by": "Sari", "text": "x"}).encode()
    web.ask("POST", f"/api/incidents/{incident.id}/notes", body, **headers)
    row = rows(web)[0]
    assert (row.who, row.by, row.via) == ("token helpdesk", "Sari", "cli")


def test_a_person_who_signed_in_can_take_no_other_name(web: Served) -> None:
    (incident,) = web.watch.incidents.open()
    add_account(web, "tuti", "operator")
    browser = Browser(web)
    browser.sign_in("tuti")
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"Cookie": cookie, "Content-Type": "application/json", "Origin": web.url}
    body = json.dumps({"by": "Somebody Else", "text": "x"}).encode()
    assert web.ask("POST", f"/api/incidents/{incident.id}/notes", body, **headers).status == 200
    assert (rows(web)[0].who, rows(web)[0].by) == ("tuti", "tuti")


def test_while_the_store_is_away_nobody_signs_in_and_nothing_is_lost(web: Served) -> None:
    before = len(rows(web))
    web.trouble = "the disk is full"
    try:
        assert Browser(web).sign_in("tuti").status == 503
    finally:
        web.trouble = ""
    assert len(rows(web)) == before


def test_a_token_file_that_can_t_be_read_is_told_and_lets_nobody_in(web: Served) -> None:
    def unreadable() -> str:
        raise BadConfig("web.token_file: /etc/pantau/web: Permission denied; write a secret into it")

    web.access.settings, before = web.access.settings._replace(token=unreadable), web.access.settings
    try:
        answer = web.get("/api/quarantine", **MACHINE)
        assert (answer.status, "Permission denied" in answer.text) == (503, True)
    finally:
        web.access.settings = before
