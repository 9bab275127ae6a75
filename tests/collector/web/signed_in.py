"""Browsers and programs of all kinds in front of the served web: accounts, tokens, sessions."""

import asyncio
import re
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, TypeVar
from urllib.parse import urlencode

from collector.access import Asker, Role, Visitor
from collector.intake.watch import Watch
from tests.collector.web.serving import Answer, Served
from tests.fakes.incidents import incident
from tests.fakes.small_city import ASSIGNMENTS, NOW

T = TypeVar("T")

FORM = "application/x-www-form-urlencoded"
ADMIN = Asker(Visitor("machine", "admin"), "Sari", "cli")
PASSWORD = "kapuas-mengalir"


def with_an_incident(**settings: Any) -> Served:
    """A small city whose hotspot is down. It costs a tenth of a played one."""
    served = Served(**settings)
    opened = incident(root="gradasi", seen_by=("noc",))
    served.watch = Watch(served.state, ASSIGNMENTS, NOW, [opened])
    return served


def done(doing: Coroutine[Any, Any, T]) -> T:
    """The result, in a thread of its own: Playwright has a loop in that of its tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, doing).result()


def add_account(web: Served, name: str, role: Role) -> None:
    done(web.access.add_account(name, role, PASSWORD, ADMIN))


def add_token(web: Served, name: str, role: Role, days: float = 1.0) -> str:
    return done(web.access.add_token(name, role, days, ADMIN))[1]


@dataclass
class Browser:
    """It keeps cookies, and sends the origin of the page of a form as browsers do."""

    web: Served
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, b"", {"Accept": "text/html", **headers})

    def submit(self, path: str, fields: Mapping[str, str], origin: str = "", **headers: str) -> Answer:
        sent = {"Content-Type": FORM, "Origin": origin or self.web.url, "Accept": "text/html", **headers}
        return self._ask("POST", path, urlencode(fields).encode(), sent)

    def sign_in(self, name: str, password: str = PASSWORD, to: str = "/") -> Answer:
        return self.submit(f"/signin?{urlencode({'to': to})}", {"name": name, "password": password})

    def form_token(self, path: str) -> str:
        """That of the form on the page."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.get(path).text)
        assert found, path
        return found[1]

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.address:
            headers["X-Forwarded-For"] = self.address
        answer = self.web.exchange(method, path, body, **headers)
        for one in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(one).items():
                self.cookies[name] = morsel.value
                if morsel.value == "null":
                    del self.cookies[name]
        return answer
