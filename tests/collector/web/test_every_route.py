"""Every route has a rule: each kind of visitor asks for each of them, and gets what the table says.

The routes come from the app itself, so a route that the table does not know fails here.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pytest
from fastapi.routing import iter_route_contexts

from collector.access import ROLES, AccessSettings, Role, reaches
from collector.access.settings import Reading
from tests.collector.web.serving import Served, serving
from tests.collector.web.signed_in import ADMIN as ADMIN_ASKS
from tests.collector.web.signed_in import FORM, PASSWORD, Browser, add_account, add_token, with_an_incident

OPEN = (
    "GET /healthz",
    "GET /readyz",
    "GET /manifest.webmanifest",
    "GET /account",
    "GET /signin",
    "POST /account",
    "POST /signin",
    "POST /signout",
)
MEASURES = ("GET /metrics", "GET /metrics/city", "GET /sd/snmp", "GET /sd/blackbox")
READER = (
    "GET /",
    "GET /agents",
    "GET /api/actions",
    "GET /api/agents",
    "GET /api/agents/{agent}",
    "GET /api/incidents",
    "GET /api/incidents/{incident}",
    "GET /api/incidents/{incident}/cause",
    "GET /api/links/{link}/latency",
    "GET /api/maintenance",
    "GET /api/neighbors",
    "GET /api/topology",
    "GET /applications",
    "GET /applications/{id}",
    "GET /incident/{incident}",
    "GET /incidents",
    "GET /incidents/{incident}",
    "GET /incidents/{incident}/ticket",
    "GET /incidents/{incident}/ticket/{provider}",
    "GET /links",
    "GET /links/{id}",
    "GET /live",
    "GET /maintenance",
    "GET /openapi.json",
    "GET /providers/{id}",
    "GET /search",
    "GET /sites/{site}",
    "GET /wall",
    "GET /weakest",
)
OPERATOR_FORM = (
    "POST /incidents/{incident}",
    "POST /incidents/{incident}/ticket",
    "POST /incidents/{incident}/ticket/{provider}",
    "POST /maintenance",
)
OPERATOR = (
    "DELETE /api/incidents/{incident}/acknowledgement",
    "GET /api/authority",
    "GET /api/certificates",
    "GET /api/duty",
    "GET /api/incidents/{incident}/ticket",
    "GET /api/notices",
    "GET /api/notices/replay",
    "GET /api/quarantine",
    "POST /api/incidents/{incident}/acknowledgement",
    "POST /api/incidents/{incident}/notes",
    "POST /api/incidents/{incident}/ticket",
    "POST /api/maintenance",
    "POST /api/maintenance/{window}/end",
    "POST /api/notify-test",
    "PUT /api/incidents/{incident}/cause",
)
ADMIN = (
    "DELETE /api/accounts/{name}",
    "DELETE /api/tokens/{name}",
    "GET /api/accounts",
    "GET /api/audit",
    "GET /api/tokens",
    "POST /api/accounts",
    "POST /api/tokens",
    "PUT /api/accounts/{name}/password",
    "PUT /api/accounts/{name}/role",
    "DELETE /api/signing-requests/{key}",
    "GET /api/invitations",
    "GET /api/signing-requests",
    "GET /audit",
    "POST /api/authority/finish",
    "POST /api/authority/rollover",
    "POST /api/invitations",
    "POST /api/invitations/withdrawal",
    "POST /api/revocation-list",
    "POST /api/revocations",
    "POST /api/signing-requests/{key}/certificate",
)
FORMS = (*OPERATOR_FORM, "POST /account", "POST /signin", "POST /signout")
JSON = "application/json"
DAY = 86400.0


class Asking(NamedTuple):
    """A visitor of the table: the headers that it sends, and the role that they are worth."""

    name: str
    headers: Mapping[str, str]
    role: Role | None
    form_token: str = ""
    is_foreign: bool = False


@pytest.fixture(scope="module", params=["open", "signed-in"])
def web(request: pytest.FixtureRequest) -> Iterator[Served]:
    reading: Reading = request.param
    settings = AccessSettings(reading=reading, metrics_token=lambda: "scr4pe")
    with serving(with_an_incident(token="s3cret", settings=settings)) as served:
        for role in ROLES:
            add_account(served, role, role)
        yield served


def routes(web: Served) -> list[str]:
    found = iter_route_contexts(web.app.routes)
    return sorted(
        f"{method} {one.path}" for one in found if hasattr(one, "methods") for method in (one.methods or ())
    )


def visitors(web: Served) -> Iterator[Asking]:
    yield Asking("nobody", {}, None)
    yield Asking("the machine", {"Authorization": "Bearer s3cret"}, "admin")
    yield Asking("a wrong token", {"Authorization": "Bearer s3cre"}, None)
    yield Asking("the token of metrics", {"Authorization": "Bearer scr4pe"}, None)
    yield Asking("a forged session", {"Cookie": "pantau_session=eyJzZWNyZXQiOiIxIn0=.aSlA.AAAA"}, None)
    yield Asking("a forged form", {"Cookie": "pantau_form=0123"}, None)
    yield Asking("a person by a header", {"X-Remote-User": "admin", "X-Forwarded-For": "127.0.0.1"}, None)
    for role in ROLES:
        yield Asking(f"a {role} token", {"Authorization": f"Bearer {add_token(web, role, role)}"}, role)
        browser = Browser(web)
        assert browser.sign_in(role, PASSWORD).status == 303
        cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
        token = browser.form_token("/")
        yield Asking(f"a {role} who signed in", {**cookie, "Origin": web.url}, role, token)
        foreign = {**cookie, "Origin": "https://evil.example"}
        yield Asking(f"another site in the browser of a {role}", foreign, role, token, is_foreign=True)


def expected(route: str, asking: Asking, reading: Reading) -> int:
    """401 or 403, or 0 for any other status."""
    if route in OPEN:
        return 403 if asking.is_foreign and route in FORMS else 0
    if route in MEASURES:
        return 0 if asking.role or asking.name == "the token of metrics" else 401
    needs_viewer = reading == "signed-in"
    if route in READER:
        return 401 if needs_viewer and asking.role is None else 0
    wanted: Role = "admin" if route in ADMIN else "operator"
    if asking.is_foreign and route in FORMS:
        return 403
    if asking.role is None:
        return 401
    if not reaches(asking.role, wanted):
        return 403
    return 403 if asking.is_foreign and not route.startswith("GET") else 0


def status(web: Served, route: str, asking: Asking) -> int:
    method, _, path = route.partition(" ")
    (incident,) = web.watch.incidents.open()
    address = re.sub(r"{\w+}", "nowhere", path.replace("{incident}", incident.id))
    if method == "DELETE":
        address += "?by=Sari"
    if route in FORMS:
        sent = {"Content-Type": FORM, "Origin": web.url, **asking.headers}
        token = "" if route == "POST /signout" else asking.form_token  # the next route needs the session
        return web.send(method, address, f"form_token={token}".encode(), **sent)
    if method in ("POST", "PUT"):
        return web.send(method, address, b"{}", **{"Content-Type": JSON, **asking.headers})
    return web.send(method, address, b"", **asking.headers)


def test_the_table_has_each_route_once(web: Served) -> None:
    assert sorted((*OPEN, *MEASURES, *READER, *OPERATOR_FORM, *OPERATOR, *ADMIN)) == routes(web)


def test_each_visitor_gets_from_each_route_just_what_its_role_may(web: Served) -> None:
    wrong = []
    for asking in visitors(web):
        for route in routes(web):
            wanted = expected(route, asking, web.settings.reading)
            got = status(web, route, asking)
            is_right = got == wanted if wanted else got not in (401, 403, 415) and got < 500
            if route in OPEN and route in FORMS and not asking.is_foreign:
                is_right = got in (303, 401, 403, 422, 429)  # its own page says why
            if not is_right:
                wrong.append(f"{asking.name}: {route}: {got}, not {wanted or 'let in'}")
    assert wrong == []


def test_a_token_that_ended_or_was_removed_is_worth_nothing(web: Served) -> None:
    began = web.now
    assert began is not None
    headers = {"Authorization": f"Bearer {add_token(web, 'grafana', 'admin', days=1)}"}
    assert web.get("/api/quarantine", **headers).status == 200
    web.now = began + DAY
    answer = web.get("/api/quarantine", **headers)
    assert (answer.status, "has ended" in answer.text) == (401, True)
    web.now = began
    assert web.get("/api/quarantine", **headers).status == 200
    asyncio.run(web.access.remove_token("grafana", ADMIN_ASKS))
    assert web.get("/api/quarantine", **headers).status == 401
