"""The page of an incident and its form, as a browser sends it; and forms that come from elsewhere."""

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from http.cookies import SimpleCookie
from ipaddress import ip_network
from urllib.parse import urlencode

import pytest

from collector.access import AccessSettings
from collector.incidents import Incident
from collector.web.access.visitors import FORM_COOKIE as COOKIE
from tests.collector.web.serving import Answer, Served, serving
from tests.fakes.played_city import PlayedCity, sample_city

POP, CHILD = "pop-utara", "camat-utara"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
OWN = {**FORM, "Sec-Fetch-Site": "same-origin"}


@cache
def outage() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    played.cut.add(CHILD)
    played.run(80)
    return played


@pytest.fixture
def city() -> PlayedCity:
    return outage().copy()


@pytest.fixture
def web(city: PlayedCity) -> Iterator[Served]:
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        yield served


def child(web: Served) -> Incident:
    return next(one for one in web.watch.incidents.saved() if one.root == CHILD)


def page(web: Served, query: str = "", **headers: str) -> str:
    return web.get(f"/incidents/{child(web).id}{query}", **headers).text


def send(web: Served, do: str, headers: dict[str, str] = OWN, **fields: str) -> Answer:
    """The answer itself: a redirect is not followed."""
    body = urlencode({"by": "Sari", **fields, "do": do}).encode()
    return web.exchange("POST", f"/incidents/{child(web).id}?lang=en", body, **headers)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_person_does_it_all_by_the_form(web: Served) -> None:
    assert "Nobody has it in hand." in words(page(web))
    taken = send(web, "acknowledge", note="I drive there")
    assert (taken.status, taken.headers["location"]) == (303, f"/incidents/{child(web).id}?lang=en")
    assert child(web).acknowledged_note == "I drive there"
    send(web, "note", note="the fuse <b>")
    send(web, "cause", cause="power")
    seen = page(web)
    text = words(seen)
    for part in (
        "Sari has it in hand since 14:02: I drive there",
        "cause, by Sari: power failure (PLN)",
        "Sari took it in hand: I drive there (on this page)",
        "Sari noted: the fuse <b> (on this page)",
        "Sari set the cause: power failure (PLN) (on this page)",
    ):
        assert part in text
    assert "<b>power" not in seen
    assert "the fuse &lt;b&gt;" in seen
    assert send(web, "unacknowledge", by="Budi").status == 303
    assert not child(web).in_hand
    assert [one.via for one in web.store.actions()] == ["page"] * 4


def test_the_page_offers_only_that_which_is_possible(web: Served, city: PlayedCity) -> None:
    def offered() -> list[str]:
        return re.findall(r'name="do" value="(\w+)"', page(web))

    assert offered() == ["acknowledge", "note", "cause"]
    send(web, "acknowledge")
    assert offered() == ["note", "unacknowledge", "cause"]
    city.cut.clear()
    city.run(40)
    web.now = city.now
    assert offered() == ["note", "cause"]
    assert "It recovered," in words(page(web))
    assert "it lasted" in words(page(web))


def test_a_second_person_reads_who_has_it_in_hand(web: Served) -> None:
    send(web, "acknowledge", by="Sari")
    answer = send(web, "acknowledge", by="Budi", note="kept as typed")
    assert answer.status == 409
    assert "Nothing is changed: somebody has it in hand already." in words(answer.text)
    assert "Sari has it in hand" in words(answer.text)
    assert 'value="kept as typed"' in answer.text


def test_a_part_of_a_wider_incident_leads_to_it_and_takes_nothing(web: Served, city: PlayedCity) -> None:
    city.cut.add(POP)
    city.run(60)
    web.now = city.now
    wider = child(web).merged_into
    assert f'The wider incident goes on as <a href="/incidents/{wider}"' in page(web)
    assert 'method="post"' not in page(web)
    assert send(web, "acknowledge").status == 409
    assert web.store.actions() == []


@pytest.mark.parametrize(
    "headers",
    [
        FORM,
        {**FORM, "Sec-Fetch-Site": "cross-site"},
        {**FORM, "Sec-Fetch-Site": "same-site"},
        {**FORM, "Sec-Fetch-Site": "none"},
        {**FORM, "Origin": "https://evil.example"},
        {**FORM, "Origin": "null"},
        {**FORM, "Origin": "http://[bad"},
        {**OWN, "Content-Type": "text/plain"},
    ],
)
def test_a_form_of_another_page_changes_nothing(web: Served, headers: dict[str, str]) -> None:
    answer = send(web, "acknowledge", headers)
    assert answer.status == 403
    assert "the form did not come from this page" in answer.text
    assert not child(web).in_hand
    assert "set-cookie" not in answer.headers


def test_a_browser_on_plain_http_proves_itself_by_its_origin(web: Served) -> None:
    assert send(web, "acknowledge", {**FORM, "Origin": web.url}).status == 303
    assert child(web).in_hand


def test_without_a_token_only_this_machine_by_its_address_changes_something(web: Served) -> None:
    for elsewhere in ({"Host": "evil.example:8470"}, {"X-Forwarded-For": "192.0.2.7"}):
        assert send(web, "acknowledge", {**OWN, **elsewhere}).status == 403
        shown = page(web, **elsewhere)
        assert 'method="post"' not in shown
        assert "Only the collector’s own machine can change something" in words(shown)
    assert not child(web).in_hand


def test_the_form_asks_for_the_token_once_and_a_strict_cookie_stands_for_it(web: Served) -> None:
    web.token = "s3cret"
    assert 'name="token"' in page(web)
    for wrong in ("", "wrong", "wrong\u00e4"):
        refused = send(web, "acknowledge", token=wrong)
        assert (refused.status, "the token is missing or wrong" in refused.text) == (401, True)
        assert "set-cookie" not in refused.headers
    assert not child(web).in_hand
    taken = send(web, "acknowledge", token="s3cret")
    assert taken.status == 303
    cookie = SimpleCookie(taken.headers.get_all("set-cookie", [])[0])[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "strict", "")
    assert "s3cret" not in cookie.value
    with_cookie = {"Cookie": f"{COOKIE}={cookie.value}"}
    assert 'name="token"' not in page(web, **with_cookie)
    assert send(web, "note", {**OWN, **with_cookie}, note="x").status == 303
    foreign = {**FORM, **with_cookie, "Sec-Fetch-Site": "cross-site"}
    assert send(web, "note", foreign, note="x").status == 403
    web.token = "another"
    assert send(web, "note", {**OWN, **with_cookie}, note="x").status == 401
    assert len(child(web).notes) == 1


def test_a_cookie_of_the_form_does_not_open_the_api(web: Served) -> None:
    web.token = "s3cret"
    taken = send(web, "acknowledge", token="s3cret")
    cookie = taken.headers.get_all("set-cookie", [])[0].partition(";")[0]
    path = f"/api/incidents/{child(web).id}/notes"
    json = {"Content-Type": "application/json", "Cookie": cookie}
    assert web.post(path, b'{"by": "S", "text": "x"}', **json).status == 401
    bearer = {"Content-Type": "application/json", "Authorization": f"Bearer {cookie.partition('=')[2]}"}
    assert web.post(path, b'{"by": "S", "text": "x"}', **bearer).status == 401


@pytest.mark.parametrize(("proxies", "is_secure"), [(["127.0.0.1/32"], True), ([], False)])
def test_the_cookie_is_for_https_alone_where_the_page_came_by_it(
    city: PlayedCity, proxies: list[str], is_secure: bool
) -> None:
    trusting = AccessSettings(proxies=[ip_network(one) for one in proxies])
    served = Served(city.state, now=city.now, token="s3cret", settings=trusting)
    served.watch = city.watch
    with serving(served) as web:
        taken = send(web, "acknowledge", {**OWN, "X-Forwarded-Proto": "https"}, token="s3cret")
    cookies = taken.headers.get_all("set-cookie", [])
    assert [("; Secure" in one) for one in cookies] == [is_secure] * len(cookies)


def test_the_browser_remembers_the_name(web: Served) -> None:
    name = 'Sari "NOC" ä; x'
    cookie = send(web, "acknowledge", by=name).headers.get_all("set-cookie", [])[-1]
    shown = page(web, Cookie=cookie.partition(";")[0])
    (value,) = re.findall(r'id="by" name="by" value="([^"]*)"', shown)
    assert unescape(value) == name


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"do": "acknowledge", "by": " "}, "write your name"),
        ({"do": "note", "note": " "}, "write a note"),
        ({"do": "cause", "cause": "rain"}, "the form did not come from this page"),
        ({"do": "dance"}, "the form did not come from this page"),
    ],
)
def test_a_form_that_makes_no_sense_says_why(web: Served, fields: dict[str, str], reason: str) -> None:
    answer = web.exchange(
        "POST", f"/incidents/{child(web).id}", urlencode({"by": "Sari"} | fields).encode(), **OWN
    )
    assert (answer.status, reason in answer.text) == (422, True)
    assert web.store.actions() == []


def test_odd_forms_are_refused(web: Served) -> None:
    path = f"/incidents/{child(web).id}"
    for body in (b"\xff=\xff&by=%ff", b"&".join(b"a=b" for _ in range(100)), b"=", b""):
        assert web.exchange("POST", path, body, **OWN).status == 422
    assert web.exchange("POST", path, b"a=" + b"x" * 20_000, **OWN).status == 413


def test_a_page_of_no_incident_says_so(web: Served) -> None:
    answer = web.get("/incidents/nowhere%00?lang=id")
    assert answer.status == 404
    assert "Tidak ada insiden dengan id “nowhere�”." in answer.text
    assert web.exchange("POST", "/incidents/nowhere", b"by=S&do=acknowledge", **OWN).status == 404


def test_no_page_is_loaded_anew_where_a_person_types(web: Served) -> None:
    """The script leaves a form in use alone; without it, the page stays."""
    shown = page(web)
    assert "http-equiv" not in shown
    assert 'class="still"' in shown
    answer = web.exchange("POST", f"/incidents/{child(web).id}", b"by=&note=cut&do=note", **OWN)
    assert "page.js" in shown
    assert (answer.status, "page.js" in answer.text) == (422, False)


def test_the_status_page_has_one_button_for_a_person_whom_it_knows(web: Served) -> None:
    action = f'action="/incidents/{child(web).id}'
    assert action not in web.get("/").text
    cookie = send(web, "note", note="x", by="Sari & co").headers.get_all("set-cookie", [])[-1]
    known = {"Cookie": cookie.partition(";")[0]}
    html = web.get("/", **known).text
    assert "Take in hand as Sari &amp; co" in html
    (path, by) = re.findall(action + r'([^"]*)"><input type="hidden" name="by" value="([^"]*)"', html)[0]
    body = urlencode({"by": unescape(by), "do": "acknowledge"}).encode()
    assert web.exchange("POST", f"/incidents/{child(web).id}{path}", body, **OWN, **known).status == 303
    assert child(web).acknowledged_by == "Sari & co"
    assert action not in web.get("/", **known).text, "it is in hand"
    web.token = "s3cret"
    assert "Take in hand as" not in web.get("/sites/camat-utara", **known).text


def test_the_status_page_leads_to_the_page_of_each_incident(web: Served) -> None:
    html = web.get("/?lang=id").text
    assert f'href="/incidents/{child(web).id}?lang=id"' in html
    assert "tangani, catatan, penyebab…" in html


def test_the_shorter_address_leads_to_the_page_and_keeps_the_query(web: Served) -> None:
    moved = web.exchange("GET", f"/incident/{child(web).id}?lang=id", b"", Accept="text/html")
    assert (moved.status, moved.headers["location"]) == (308, f"/incidents/{child(web).id}?lang=id")
    odd = web.exchange("GET", "/incident/a%2F..%0D%0Ab", b"", Accept="text/html")
    assert odd.status in (308, 404)
    assert "\n" not in odd.headers.get("location", "")
