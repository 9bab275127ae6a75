"""The visitor behind a request: by a token, the trusted proxy, a session, or from this machine.

A token in the request decides alone. A page of another site may own a name that leads here, so a request from
this machine counts only if it names the collector by its address, and no proxy has passed it on.
"""

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from collector.access import NOBODY, Visitor
from collector.access.settings import within
from collector.intake.access_desk import AccessDesk
from collector.web.access.peer import PEER
from wire.text import printable, visible

LOOPBACK = ("127.0.0.1", "::1")
FORM_COOKIE = "pantau_form"
SECRET = "secret"
"""The key of a session's secret in its cookie."""
PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


def visitor(request: Request) -> Visitor:
    """As the rule of the route found it."""
    found: Visitor = getattr(request.state, "visitor", NOBODY)
    return found


def find_visitor(request: Request, desk: AccessDesk, now: float) -> Visitor:
    given, address = bearer(request), address_of(request)
    if given:
        return _by_token(given, desk, now)._replace(address=address)
    found = (
        _by_proxy(request, desk)
        or _by_session(request, desk, now)
        or _by_form(request, desk)
        or _from_here(request, desk)
    )
    return (found or NOBODY)._replace(address=address)


def bearer(request: Request) -> str:
    """The token in the request, "" without one."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def address_of(request: Request) -> str:
    """The client's own address, also behind the trusted proxy."""
    return printable(request.client.host) if request.client else ""


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


def form_digest(token: str) -> str:
    """It stands for the token in the cookie of a form: a leaked one opens the forms, but not the API."""
    return hmac.digest(token.encode(), b"pantau form", "sha256").hex()


def from_this_machine(request: Request) -> bool:
    """The request comes from this machine and names the collector by its address."""
    if any(name in request.headers for name in PASSED_ON):
        return False
    return request.client is not None and request.client.host in LOOPBACK and _asked_by_address(request)


def _by_token(given: str, desk: AccessDesk, now: float) -> Visitor:
    machine = desk.settings.token()
    if machine and same(given, machine):
        return Visitor("machine", "admin")
    found = desk.register.token(given)
    if found is None:
        return NOBODY._replace(complaint="the token is unknown; ask an admin for one")
    if now >= found.ends_at:
        complaint = f"token {found.name} has ended; ask an admin for another one"
        return NOBODY._replace(complaint=complaint)
    return Visitor("token", found.role, found.name)


def _by_proxy(request: Request, desk: AccessDesk) -> Visitor | None:
    settings = desk.settings
    if not settings.user_header or not within(request.scope.get(PEER, ""), settings.proxies):
        return None
    given = request.headers.getlist(settings.user_header)
    if len(given) > 1:
        return NOBODY._replace(
            complaint=f"{settings.user_header} came twice: a proxy let the browser's through"
        )
    if not given or not (name := visible(given[0])):
        return None
    account = desk.register.accounts.get(name.lower())
    role = account.role if account else settings.user_role
    complaint = "" if role else f"{name} has no account here; ask an admin for one"
    return Visitor("proxy", role, name, complaint=complaint)


def _by_session(request: Request, desk: AccessDesk, now: float) -> Visitor | None:
    secret = request.session.get(SECRET, "")
    found = desk.register.session(secret, now) if isinstance(secret, str) and secret else None
    if found is None:
        return None
    session, account = found
    return Visitor("account", account.role, account.name, session=session.sha256)


def _by_form(request: Request, desk: AccessDesk) -> Visitor | None:
    """Where there are no accounts, a form of our pages asks for the token once."""
    given = request.cookies.get(FORM_COOKIE, "")
    if not given or desk.register.accounts or not (token := desk.settings.token()):
        return None
    return Visitor("form", "admin") if same(given, form_digest(token)) else None


def _from_here(request: Request, desk: AccessDesk) -> Visitor | None:
    return Visitor("here", "admin") if from_this_machine(request) and not desk.asks_everybody else None


def _asked_by_address(request: Request) -> bool:
    """By the header alone: `request.url` takes the server's own address for a host that makes no sense."""
    host = ""
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        ip_address(host)
    except ValueError:
        return host == "localhost"
    return True
