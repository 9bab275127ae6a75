"""A reverse proxy in front: it is believed only from the listed networks."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from ipaddress import ip_network

import pytest

from collector.access import AccessSettings
from tests.collector.web.serving import Served, serving
from tests.collector.web.signed_in import Browser, add_account
from tests.free_ports import LOOPBACK

HERE, ELSEWHERE = ip_network("127.0.0.0/8"), ip_network("10.9.0.0/16")


def behind(*proxies: object, **settings: object) -> Served:
    wanted = AccessSettings(reading="signed-in", user_header="X-Remote-User")
    return Served(token="s3cret", settings=wanted._replace(proxies=proxies, **settings))  # type: ignore[arg-type]


@pytest.fixture
def web() -> Iterator[Served]:
    with serving(behind(HERE)) as served:
        add_account(served, "sari", "operator")
        yield served


def test_the_proxy_names_the_person_and_the_account_has_the_role(web: Served) -> None:
    page = Browser(web).get("/", **{"X-Remote-User": "Sari"})
    assert page.status == 200
    assert "Signed in as Sari, operator" in page.text
    assert "Sign out" not in page.text, "the proxy signs its people out itself"


def test_a_person_without_an_account_is_told_so(web: Served) -> None:
    answer = Browser(web).get("/", **{"X-Remote-User": "budi"})
    assert answer.status == 403
    assert "budi has no account here" in answer.text


def test_a_person_without_an_account_may_have_a_role_of_all() -> None:
    with serving(behind(HERE, user_role="viewer")) as web:
        assert Browser(web).get("/", **{"X-Remote-User": "budi"}).status == 200
        assert Browser(web).get("/audit", **{"X-Remote-User": "budi"}).status == 403


def test_the_header_of_anybody_else_counts_for_nothing() -> None:
    with serving(behind(ELSEWHERE)) as web:
        add_account(web, "sari", "admin")
        headers = {"X-Remote-User": "sari", "X-Forwarded-For": "10.9.0.1", "Forwarded": "for=10.9.0.1"}
        assert Browser(web).get("/", **headers).status == 303
        assert web.get("/api/quarantine", **headers).status == 401


def test_a_header_that_came_twice_names_nobody(web: Served) -> None:
    """The first is the browser's own, where a proxy adds another one instead of replacing it."""
    connection = HTTPConnection(LOOPBACK, web.port, timeout=10)
    with closing(connection):
        connection.putrequest("GET", "/api/incidents")
        for name in ("sari", "budi"):
            connection.putheader("X-Remote-User", name)
        connection.endheaders()
        answer = connection.getresponse()
        assert (answer.status, b"came twice" in answer.read()) == (401, True)


def test_the_record_has_the_client_s_own_address_behind_the_proxy(web: Served) -> None:
    browser = Browser(web, address="203.0.113.7")
    assert browser.sign_in("sari").status == 303
    assert web.store.audit(limit=1)[0].address == "203.0.113.7"


def test_a_client_that_forges_the_list_of_addresses_is_still_known(web: Served) -> None:
    browser = Browser(web, address="127.0.0.1, 203.0.113.7")
    browser.sign_in("sari")
    assert web.store.audit(limit=1)[0].address == "203.0.113.7"


def test_a_form_of_another_site_through_the_proxy_changes_nothing(web: Served) -> None:
    headers = {"X-Remote-User": "sari", "X-Forwarded-For": "203.0.113.7"}
    browser = Browser(web)
    fields = {"title": "x", "site": "pop-utara", "hours": "2"}
    refused = browser.submit("/maintenance", fields, origin="https://evil.example", **headers)
    assert refused.status == 403
    assert browser.submit("/maintenance", fields, **headers).status == 403, "without the form's token"


def test_a_request_that_a_proxy_passed_on_does_not_come_from_this_machine() -> None:
    with serving(Served()) as web:
        assert web.get("/api/quarantine").status == 200
        for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
            assert web.get("/api/quarantine", **{header: "127.0.0.1"}).status == 401, header


@pytest.mark.parametrize(
    ("settings", "address", "token", "status"),
    [
        ({}, "203.0.113.7", "", 401),
        ({}, "", "", 200),
        ({"metrics_networks": [ip_network("203.0.113.0/24")]}, "203.0.113.7", "", 200),
        ({"metrics_networks": [ip_network("203.0.113.0/24")]}, "198.51.100.1", "", 401),
        ({"metrics_networks": [ip_network("203.0.113.0/24")]}, "", "", 200),
        ({"metrics_token": lambda: "scr4pe"}, "", "", 401),
        ({"metrics_token": lambda: "scr4pe"}, "", "scr4pe", 200),
        ({"metrics_token": lambda: "scr4pe"}, "198.51.100.1", "scr4pe", 200),
        ({"metrics_token": lambda: "scr4pe"}, "198.51.100.1", "scr4p", 401),
        ({"reading": "open"}, "198.51.100.1", "", 200),
        ({"reading": "open", "metrics_networks": [HERE]}, "198.51.100.1", "", 401),
    ],
)
def test_metrics_and_targets_have_a_rule_of_their_own(
    settings: dict[str, object], address: str, token: str, status: int
) -> None:
    headers = {"X-Forwarded-For": address} if address else {}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    with serving(behind(HERE, **settings)) as web:
        for path in ("/metrics", "/metrics/city", "/sd/snmp", "/sd/blackbox"):
            assert web.get(path, **headers).status == status, path


def test_the_token_of_metrics_opens_nothing_else() -> None:
    with serving(behind(HERE, metrics_token=lambda: "scr4pe")) as web:
        for path in ("/api/incidents", "/openapi.json", "/api/quarantine"):
            assert web.get(path, Authorization="Bearer scr4pe").status == 401
