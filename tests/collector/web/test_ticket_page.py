"""The page with the fault report of an incident, and the buttons that lead there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from urllib.parse import urlencode

import msgspec
import pytest

from collector.notices.ticket import MAX_CHARACTERS
from tests.collector.web.looking import words
from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import PlayedCity, sample_city

SITE, OWN_SITE, APPLICATION = "lurah-siantan-tengah", "camat-utara", "antrean"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
OWN = {**FORM, "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def outage() -> PlayedCity:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut |= {SITE, OWN_SITE}
    city.failing["", APPLICATION] = "status"
    city.run(80)
    return city


@pytest.fixture
def web(outage: PlayedCity) -> Iterator[Served]:
    served = Served(outage.state, now=outage.now)
    served.watch = outage.watch
    with serving(served):
        yield served


@contextmanager
def ticket_address(web: Served, address: str) -> Iterator[None]:
    """ISP A takes its fault reports there."""
    before = web.state.city
    provider = msgspec.structs.replace(before.providers["isp-a"], ticket=address)
    web.state.city = msgspec.structs.replace(before, providers={**before.providers, "isp-a": provider})
    try:
        yield
    finally:
        web.state.city = before


def id_of(web: Served, root: str) -> str:
    return next(one.id for one in web.watch.incidents.open() if one.root == root)


def page(web: Served, root: str, provider: str = "", query: str = "?lang=en", **headers: str) -> str:
    path = f"/ticket/{provider}" if provider else "/ticket"
    return web.get(f"/incidents/{id_of(web, root)}{path}{query}", **headers).text


def report(html: str) -> str:
    (text,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)
    return unescape(text)


def test_the_incidents_page_leads_to_the_report_to_each_provider(web: Served) -> None:
    shown = web.get(f"/incidents/{id_of(web, SITE)}?lang=en").text
    assert f'href="/incidents/{id_of(web, SITE)}/ticket/isp-a?lang=en">Fault report to ISP A<' in shown
    without = web.get(f"/incidents/{id_of(web, OWN_SITE)}?lang=id").text
    assert f'href="/incidents/{id_of(web, OWN_SITE)}/ticket?lang=id">Tampilkan laporan gangguan<' in without
    assert "/ticket" not in web.get(f"/incidents/{id_of(web, APPLICATION)}").text, "no line is suspected"


def test_the_page_has_the_report_to_copy_and_the_providers_page(web: Served) -> None:
    html = page(web, SITE, "isp-a")
    text = report(html)
    assert text.startswith(f"Fault report #{id_of(web, SITE)}: ")
    assert len(text) <= MAX_CHARACTERS
    assert f"{len(text)} characters, ready to send" in words(html)
    assert '<a href="https://ticket.isp-a.example/" rel="noreferrer">' in html
    assert re.search(r'<button type="button" data-copies="text" [^>]* hidden>Copy</button>', html)
    assert re.findall(r"<script[^>]*>", html) == ['<script src="/static/copy.js" defer>']
    assert "data-copies" in web.get("/static/copy.js").text


def test_the_page_names_a_mail_address_with_the_subject(web: Served) -> None:
    with ticket_address(web, "noc@isp-a.example"):
        html = page(web, SITE, "isp-a", "?lang=id")
    assert report(html).startswith(f"Laporan gangguan #{id_of(web, SITE)}: ")
    assert 'href="mailto:noc@isp-a.example?subject=Laporan%20gangguan%20%23' in html


def test_a_provider_that_is_not_suspected_is_refused_on_the_page(web: Served) -> None:
    answer = web.get(f"/incidents/{id_of(web, SITE)}/ticket/isp-b?lang=en")
    assert answer.status == 409
    assert "isp-b has no line that may be at fault" in words(answer.text)
    assert "choose one of isp-a" in words(answer.text)
    assert "<textarea" not in answer.text
    assert web.get("/incidents/nonesuch/ticket?lang=en").status == 404


def test_an_address_that_is_neither_mail_nor_page_is_no_link(web: Served) -> None:
    with ticket_address(web, "javascript:alert(1)"):
        html = page(web, SITE, "isp-a")
    assert "javascript:alert(1)" in words(html)
    assert 'href="javascript' not in html


def test_a_browser_without_permission_sees_no_report(web: Served) -> None:
    far = {"X-Forwarded-For": "192.0.2.7", "Host": "pantau.example"}
    shown = page(web, SITE, "isp-a", **far)
    assert "<textarea" not in shown
    assert "no [web] token_file is set" in words(shown)


def test_the_page_asks_for_the_token_once(web: Served) -> None:
    web.token = "s3cret"
    asking = page(web, SITE, "isp-a")
    assert "<textarea" not in asking
    assert 'name="token"' in asking
    path = f"/incidents/{id_of(web, SITE)}/ticket/isp-a?lang=en"
    wrong = web.exchange("POST", path, urlencode({"token": "wrong"}).encode(), **OWN)
    assert (wrong.status, "<textarea" in wrong.text) == (401, False)
    foreign = web.exchange("POST", path, urlencode({"token": "s3cret"}).encode(), **FORM)
    assert (foreign.status, "<textarea" in foreign.text) == (403, False)
    right = web.exchange("POST", path, urlencode({"token": "s3cret"}).encode(), **OWN)
    assert report(right.text).startswith("Fault report #")
    cookie = right.headers.get_all("set-cookie", [])[0].partition(";")[0]
    assert report(page(web, SITE, "isp-a", Cookie=cookie)).startswith("Fault report #")
