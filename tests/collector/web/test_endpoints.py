"""The HTTP endpoints, served for real on loopback."""

import gzip
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urljoin

import pytest
from fastapi.openapi.models import OpenAPI

from collector.inventory import City, Site
from tests.collector.web.serving import Served, serving
from tests.fakes.small_city import NOW, report, table
from tests.free_ports import LOOPBACK
from tests.servers.prometheus import needs_prometheus, prometheus

RTT = "icmp_rtt_median_seconds"


@pytest.fixture
def web() -> Iterator[Served]:
    with serving(Served()) as served:
        yield served


def test_the_city_is_in_the_text_format(web: Served) -> None:
    web.state.apply("gradasi", report(table("icmp", "gateway", {RTT: 0.0012})), NOW)
    answer = web.get("/metrics/city")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert (
        f'target="gateway",site="gradasi",district="Pontianak Selatan"}} 0.0012 {NOW * 1000:.0f}\n'
        in answer.text
    )


def test_a_persons_look_is_no_scrape(web: Served) -> None:
    web.get("/metrics/city")
    assert web.state.scrapes == 0
    web.get("/metrics/city", **{"X-Prometheus-Scrape-Timeout-Seconds": "4.5"})
    assert web.state.scrapes == 1


def test_a_large_city_is_compressed_for_clients_that_accept_it(web: Served) -> None:
    sites = {f"site-{number}": Site(role="office", name=f"Office {number}") for number in range(200)}
    city = City(name="Pontianak", sites=sites)
    web.state.adopt(city, {})
    web.watch.adopt({})
    plain, packed = web.get("/metrics/city"), web.get("/metrics/city", **{"Accept-Encoding": "gzip"})
    assert plain.headers["content-encoding"] is None
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) * 5 < len(plain.body)


@pytest.mark.parametrize("path", ["/metrics/city", "/", "/sites/gradasi"])
def test_readers_of_the_state_wait_until_it_is_committed(web: Served, path: str) -> None:
    web.committed.clear()
    with ThreadPoolExecutor() as beside:
        reading = beside.submit(web.get, path)
        assert web.asked.wait(10)
        assert web.get("/healthz").text == "ok\n", "the others don't wait"
        assert not reading.done()
        web.committed.set()
        assert reading.result(10).status == 200


@pytest.mark.parametrize("path", ["/metrics/city", "/", "/sites/gradasi", "/api/incidents"])
def test_readers_get_the_reason_while_nothing_can_be_stored(web: Served, path: str) -> None:
    web.trouble = "the disk is full"
    answer = web.get(path)
    assert (answer.status, json.loads(answer.text)) == (503, {"detail": "the disk is full"})


def test_the_collectors_own_metrics_are_those_of_the_given_registry(web: Served) -> None:
    assert "pantau_collector_tests_total 1.0" in web.get("/metrics").text


def test_readiness_says_in_one_sentence_what_is_missing(web: Served) -> None:
    assert (web.get("/readyz").status, web.get("/readyz").text) == (200, "ready\n")
    web.reason = "the broker is not connected"
    assert (web.get("/readyz").status, web.get("/readyz").text) == (503, "the broker is not connected\n")
    assert web.get("/healthz").status == 200


def test_programs_find_the_endpoints_described(web: Served) -> None:
    described = OpenAPI.model_validate_json(web.get("/openapi.json").body)
    programs = {path for path in described.paths or {} if not path.startswith("/api/")}
    assert programs == {"/metrics/city", "/metrics", "/healthz", "/readyz", "/sd/snmp", "/sd/blackbox"}
    assert web.get("/docs").status == 404


def test_every_reference_of_the_description_leads_somewhere(web: Served) -> None:
    text = web.get("/openapi.json").text
    schemas = json.loads(text)["components"]["schemas"]
    referred = set(re.findall(r'"#/components/schemas/([^"]*)"', text))
    assert "Incident" in referred
    assert referred <= schemas.keys()


def test_no_page_needs_another_host_and_each_link_leads_somewhere(web: Served) -> None:
    for path in ("/", "/sites/gradasi", "/?lang=id"):
        page = web.get(path)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        linked = re.findall(r'(?:href|src)="([^"]*)"', page.text)
        assert {"/static/page.css", "/static/page.js", "/static/icon.svg"} <= set(linked)
        linked.remove("#main")
        assert all(link[0] in "/?" for link in linked)
        assert {web.send("GET", urljoin(path, link), b"") for link in set(linked)} == {200}


def test_a_program_that_watches_asks_by_head_and_gets_no_body(web: Served) -> None:
    asked = {path: web.ask("HEAD", path) for path in ("/healthz", "/", "/metrics/city", "/sites/nowhere")}
    assert {path: answer.status for path, answer in asked.items()} == {
        "/healthz": 200,
        "/": 200,
        "/metrics/city": 200,
        "/sites/nowhere": 404,
    }
    assert {answer.body for answer in asked.values()} == {b""}
    assert {path: web.ask("HEAD", path).status for path in ("/live", "/wall")} == {"/live": 405, "/wall": 405}


def test_a_site_that_is_not_there_is_not_found(web: Served) -> None:
    answer = web.get("/sites/nowhere")
    assert answer.status == 404
    assert "No site has the id “nowhere”." in answer.text


@pytest.mark.parametrize(
    ("asked", "browser", "spoken"),
    [
        ("", "", "en"),
        ("", "id-ID,id;q=0.9,en-US;q=0.8,en;q=0.7", "id"),
        ("", "en-GB,en;q=0.9,id;q=0.8", "en"),
        ("", "ms-MY, ID;q=0.5", "id"),
        ("", "fr, *;q=0.1", "en"),
        ("?lang=id", "en", "id"),
        ("?lang=en", "id", "en"),
        ("?lang=%22%3E%3Cscript%3E", "id", "id"),
    ],
)
def test_the_address_chooses_the_language_or_else_the_browser(
    web: Served, asked: str, browser: str, spoken: str
) -> None:
    html = web.get(f"/{asked}", **{"Accept-Language": browser}).text
    assert f'<html lang="{spoken}">' in html
    assert ("?lang=" in re.findall(r'href="/sites/[^"]*"', html)[0]) == bool(asked)
    assert "script%3E" not in html


@needs_prometheus
def test_prometheus_keeps_each_measurement_once_and_at_its_own_time(web: Served, tmp_path: Path) -> None:
    web.now = None
    measured = round(time.time() - 2, 3)
    web.state.listen(measured - 1000)
    web.state.apply("gradasi", report(table("icmp", "gateway", {RTT: 0.001234}), at=measured), measured + 1)
    job = {
        "job_name": "city",
        "scrape_interval": "250ms",
        "metrics_path": "/metrics/city",
        "static_configs": [{"targets": [f"{LOOPBACK}:{web.port}"]}],
    }
    with prometheus(tmp_path, {"scrape_configs": [job]}) as server:
        server.wait_for('count_over_time(up{job="city"}[1m]) >= 3')
        (rtt,) = server.query("pantau_icmp_rtt_median_seconds[1m]")
        assert rtt.samples == [(measured, 0.001234)]
        assert (rtt.labels["site"], rtt.labels["target"]) == ("gradasi", "gateway")
        up = {series.labels["site"]: series.samples[0][1] for series in server.query("pantau_agent_up")}
        assert up == {"gradasi": 1, "noc": 0, "dinkes": 0}
        web.state.listen(None)
        server.wait_for('absent(pantau_agent_up{site="noc"})')


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_not_found_is_a_page_for_a_person_and_json_for_a_program(web: Served) -> None:
    page = web.get("/nopage?lang=id", **BROWSER)
    assert (page.status, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Tidak ada halaman /nopage." in page.text
    assert web.get("/nopage").headers["content-type"] == "application/json"
    assert web.get("/api/nothing", **BROWSER).headers["content-type"] == "application/json"


def test_a_person_gets_a_page_while_nothing_can_be_stored(web: Served) -> None:
    web.trouble = "store: the disk is <full>"
    page = web.get("/", **BROWSER)
    assert (page.status, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "Nothing can be shown just now: store: the disk is &lt;full&gt;." in page.text
    assert web.get("/").headers["content-type"] == "application/json"


def test_a_search_of_any_length_is_answered_with_a_page(web: Served) -> None:
    assert web.get(f"/?find={'x' * 3000}").status == 200


def test_the_other_language_keeps_the_search(web: Served) -> None:
    (link,) = re.findall(r'href="(\?[^"]*)" lang="id"', web.get("/?lang=en&find=a%26b").text)
    assert link == "?lang=id&amp;find=a%26b"
    (link,) = re.findall(r'href="(\?[^"]*)" lang="en"', web.get("/sites/gradasi?lang=id").text)
    assert link == "?lang=en"
