"""The page of planned work and its form, as a browser sends it."""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

import pytest
from msgspec import structs

from collector.planned import MaintenanceWindow
from tests.collector.web.looking import words
from tests.collector.web.serving import Answer, Served, serving
from tests.fakes.played_city import START, PlayedCity, sample_city

POP = "pop-utara"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
OWN = {**FORM, "Sec-Fetch-Site": "same-origin"}
NIGHTLY = MaintenanceWindow(
    title="Nightly",
    starts=datetime(2026, 9, 25, 1),
    ends=datetime(2026, 9, 25, 4),
    repeat="daily",
    districts=["Pontianak Utara"],
)


@pytest.fixture
def web() -> Iterator[Served]:
    city = PlayedCity(structs.replace(sample_city(), maintenance=[NIGHTLY]))
    city.run(1)
    served = Served(city.state, now=START)
    served.watch = city.watch
    with serving(served):
        yield served


def page(web: Served, query: str = "?lang=en", **headers: str) -> str:
    return web.get(f"/maintenance{query}", **headers).text


def send(web: Served, headers: dict[str, str] = OWN, **fields: str) -> Answer:
    """The answer itself: a redirect is not followed."""
    return web.exchange("POST", "/maintenance?lang=en", urlencode(fields).encode(), **headers)


def plan(web: Served, headers: dict[str, str] = OWN, **fields: str) -> Answer:
    wanted = {"by": "Sari", "title": "New <battery>", "site": POP, "hours": "2", "do": "plan"}
    return send(web, headers, **wanted | fields)


def test_a_person_plans_work_at_a_site_and_ends_it(web: Served) -> None:
    planned = plan(web)
    assert (planned.status, planned.headers["location"]) == (303, "/maintenance?lang=en")
    assert web.watch.plan.at(START).sites == {POP: "New <battery>"}
    seen = page(web)
    assert "New &lt;battery&gt;" in seen
    assert "New <battery> · active · 14:00 – 16:00 POP Pontianak Utara · planned by Sari End it" in words(
        seen
    )
    (id,) = re.findall(r'name="end" value="(\w+)"', seen)
    assert send(web, by="Budi", end=id).status == 303
    assert web.watch.plan.at(START).sites == {}
    assert [(one.by, one.via, one.what) for one in web.store.actions()] == [
        ("Budi", "page", "end work"),
        ("Sari", "page", "plan work"),
    ]


def test_the_page_lists_the_windows_of_the_inventory(web: Served) -> None:
    seen = page(web)
    assert "Nightly · planned · 25-09 01:00 – 25-09 04:00, each day" in words(seen)
    assert 'name="end"' not in seen
    assert "akan datang" in page(web, "?lang=id")


def test_the_form_knows_the_site_that_a_page_leads_from(web: Served) -> None:
    assert 'name="site" value="pop-utara"' in page(web, "?site=pop-utara")
    assert f'href="/maintenance?site={POP}&amp;lang=en"' in web.get(f"/sites/{POP}?lang=en").text
    assert 'href="/maintenance?lang=en"' in web.get("/?lang=en").text


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [
        ({"by": " "}, "write your name"),
        ({"title": " "}, "write which work it is"),
        ({"hours": "1000"}, "write which work it is"),
        ({"site": "pop-utra"}, "sites: 'pop-utra' is not among the city's sites; did you mean 'pop-utara'?"),
        ({"end": "nowhere"}, "no window nowhere"),
    ],
)
def test_a_mistake_changes_nothing_and_keeps_the_fields(
    web: Served, fields: dict[str, str], trouble: str
) -> None:
    answer = plan(web, OWN, **fields)
    assert answer.status == 422
    assert trouble.lower() in words(answer.text).lower()
    assert f'value="{fields.get("site", POP)}"' in answer.text
    assert not web.watch.windows


@pytest.mark.parametrize("headers", [FORM, {**FORM, "Sec-Fetch-Site": "cross-site"}])
def test_a_form_of_another_page_plans_nothing(web: Served, headers: dict[str, str]) -> None:
    assert plan(web, headers).status == 403
    assert not web.watch.windows


def test_the_form_asks_once_for_the_token(web: Served) -> None:
    web.token = "s3cret"
    assert plan(web).status == 401
    assert plan(web, token="wrong").status == 401
    right = plan(web, token="s3cret")
    assert right.status == 303
    cookie = right.headers["set-cookie"].partition(";")[0]
    assert 'type="password"' not in page(web, Cookie=cookie)
    assert plan(web, {**OWN, "Cookie": cookie}, title="More").status == 303


def test_enter_in_a_field_plans_and_ends_nothing(web: Served) -> None:
    """A browser takes the first button of a form."""
    plan(web)
    assert re.findall(r'<button name="(\w+)"', page(web)) == ["do", "end"]


@pytest.mark.parametrize(
    ("field", "id", "name"),
    [
        ("provider", "isp-a", "ISP A"),
        ("application", "lokapasar", "Lokapasar UMKM"),
        ("link", "camat-utara-fiber", "Kantor Camat Pontianak Utara → POP Pontianak Utara"),
    ],
)
def test_another_page_chooses_a_thing_that_is_no_site(web: Served, field: str, id: str, name: str) -> None:
    shown = page(web, f"?lang=en&{field}={id}")
    assert f'value="{name}" readonly' in shown
    assert f'<input type="hidden" name="{field}" value="{id}">' in shown
    assert 'name="site"' not in shown
    fields = {"by": "Sari", "title": "Splice", "hours": "1", "do": "plan", field: id}
    planned = send(web, **fields)  # type: ignore[arg-type]
    assert planned.status == 303
    (made,) = web.watch.windows.values()
    assert getattr(made.window, f"{field}s") == [id]


def test_a_thing_that_the_inventory_does_not_have_is_not_chosen(web: Served) -> None:
    assert 'name="site"' in page(web, "?lang=en&provider=isp-%22x")
    refused = send(web, by="Sari", title="Splice", hours="1", do="plan", provider="isp-x")
    assert refused.status == 422
    assert not web.watch.windows
