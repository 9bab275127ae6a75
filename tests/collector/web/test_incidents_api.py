"""Incidents by HTTP: who may read, who may change something, and what programs are told."""

import json
import socket
from collections.abc import Iterator
from functools import cache

import msgspec
import pytest

from collector.incidents import Incident
from collector.web.limits import MAX_BODY_BYTES
from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import PlayedCity, sample_city
from tests.free_ports import LOOPBACK

JSON = {"Content-Type": "application/json"}
TEST = "/api/notify-test"


@cache
def outage() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    played.cut.add("camat-utara")
    played.run(40)
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


def incidents(web: Served, query: str = "") -> list[Incident]:
    return msgspec.json.decode(web.get(f"/api/incidents{query}").body, type=list[Incident])


def acknowledge(web: Served, incident: str, **headers: str) -> tuple[int, str]:
    answer = web.post(f"/api/incidents/{incident}/acknowledgement", b'{"by": "Sari"}', **JSON, **headers)
    return answer.status, answer.text


def test_the_open_incidents_are_listed(web: Served) -> None:
    (one,) = incidents(web)
    assert (one.kind, one.root, one.status) == ("site_down", "camat-utara", "open")
    assert one.affected_now == ("camat-utara",)
    assert one.seen_by == ("pop-utara",)


def test_those_that_ended_are_listed_when_asked_for_the_open_first(web: Served, city: PlayedCity) -> None:
    city.cut.clear()
    city.run(40)
    assert incidents(web) == []
    city.cut.add("camat-timur")
    city.run(40)
    assert [one.root for one in incidents(web)] == ["camat-timur"]
    assert [one.status for one in incidents(web, "?closed=true")] == ["open", "closed"]


def test_one_incident_is_read_by_its_id_while_it_is_open_and_after(web: Served, city: PlayedCity) -> None:
    (one,) = incidents(web)
    read = msgspec.json.decode(web.get(f"/api/incidents/{one.id}").body, type=Incident)
    assert read == one
    city.cut.clear()
    city.run(40)
    read = msgspec.json.decode(web.get(f"/api/incidents/{one.id}").body, type=Incident)
    assert (read.id, read.status) == (one.id, "closed")
    assert web.get("/api/incidents/nowhere").status == 404


@pytest.mark.parametrize("body", [b"{}", b'{"by": ""}', b'{"by": "' + b"x" * 65 + b'"}', b"[]", b"Sari"])
def test_an_acknowledgement_needs_a_name(web: Served, body: bytes) -> None:
    (one,) = incidents(web)
    assert web.post(f"/api/incidents/{one.id}/acknowledgement", body, **JSON).status == 422


def test_a_refused_body_is_told_by_its_key(web: Served) -> None:
    (one,) = incidents(web)
    answer = web.post(f"/api/incidents/{one.id}/acknowledgement", b'{"by": ""}', **JSON)
    assert json.loads(answer.text)["detail"] == "by: Expected `str` of length >= 1"


def test_a_test_message_goes_to_one_receiver_or_to_all(web: Served) -> None:
    assert json.loads(web.post(TEST, b'{"receiver": "shift"}', **JSON).text) == {"shift": "delivered"}
    assert json.loads(web.post(TEST, b'{"receiver": null}', **JSON).text) == {"all": "delivered"}


def test_reading_needs_no_token_and_changing_does_where_one_is_set(web: Served) -> None:
    web.token = "s3cret"
    (one,) = incidents(web)
    for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic s3cret"}):
        assert acknowledge(web, one.id, **wrong)[0] == 401
        assert web.post(TEST, b"{}", **JSON, **wrong).status == 401
    assert acknowledge(web, one.id, Authorization="Bearer s3cret")[0] == 200


def test_a_token_of_any_letters_is_compared_without_a_fall(web: Served) -> None:
    web.token = "s3cret"
    assert web.post(TEST, b"{}", **JSON, Authorization="Bearer \xff\xe9").status == 401


def test_another_machine_may_read_but_change_nothing_without_a_token(web: Served) -> None:
    """The server believes a proxy on this machine about who asks."""
    (one,) = incidents(web)
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}
    assert web.get("/api/incidents", **elsewhere).status == 200
    status, text = acknowledge(web, one.id, **elsewhere)
    assert status == 401
    assert "token_file" in text
    web.token = "s3cret"
    assert acknowledge(web, one.id, **elsewhere, Authorization="Bearer s3cret")[0] == 200


@pytest.mark.parametrize(
    "sent_as", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_request_from_a_page_of_another_site_changes_nothing(web: Served, sent_as: str) -> None:
    (one,) = incidents(web)
    path = f"/api/incidents/{one.id}/acknowledgement"
    foreign = {"Content-Type": sent_as, "Origin": "https://evil.example"}
    assert web.post(path, b'{"by": "Mallory"}', **foreign).status == 415
    assert web.post(TEST, b"{}", **foreign).status == 415


def test_a_body_without_a_content_type_changes_nothing(web: Served) -> None:
    assert web.send("POST", TEST, b"{}") == 415
    assert web.send("POST", TEST, b"") == 415


def test_a_name_that_leads_to_this_machine_is_not_this_machine(web: Served) -> None:
    """A page of evil.example, whose name was made to lead here, may ask as its own origin."""
    (one,) = incidents(web)
    for host in ("evil.example:8470", "évil.example", "evil.example:99999", "["):
        assert acknowledge(web, one.id, Host=host)[0] == 401
    for host in ("localhost:8470", "127.0.0.1", "[::1]:8470"):
        assert acknowledge(web, one.id, Host=host)[0] == 200


def test_an_incident_is_described_as_it_is_sent(web: Served) -> None:
    schemas = json.loads(web.get("/openapi.json").text)["components"]["schemas"]
    (sent,) = json.loads(web.get("/api/incidents").text)
    assert sent.keys() == schemas["Incident"]["properties"].keys()
    assert set(schemas["Incident"]["required"]) <= sent.keys()
    assert sent["affected"][0].keys() == schemas["Affected"]["properties"].keys()


@pytest.mark.parametrize(
    "body",
    [b'{"by": NaN}', b'{"by": Infinity}', b'{"by": "\\ud800"}', b'{"by": "\xed\xa0\x80"}', b"[" * 9000, b""],
)
def test_a_body_that_is_no_json_is_refused_with_the_reason(web: Served, body: bytes) -> None:
    (one,) = incidents(web)
    answer = web.post(f"/api/incidents/{one.id}/acknowledgement", body, **JSON)
    assert answer.status == 422
    assert json.loads(answer.text)["detail"].isprintable()


def test_a_name_is_taken_on_one_line(web: Served) -> None:
    (one,) = incidents(web)
    forged = json.dumps({"by": "Sari\n\u202eALL SITES DOWN"}).encode()
    web.post(f"/api/incidents/{one.id}/acknowledgement", forged, **JSON)
    (one,) = incidents(web)
    assert one.acknowledged_by == "Sari �ALL SITES DOWN"


def test_a_body_is_read_only_after_permission_and_only_so_far(web: Served) -> None:
    """Its head announces 200 MB, of which nothing is sent: who waits for the body gives no answer."""
    huge = {"Content-Length": "200000000"}
    for headers, status in (
        ({**huge, "Content-Type": "text/plain"}, b"415"),
        ({**huge, "Content-Type": "application/json", "Host": "evil.example"}, b"401"),
    ):
        head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **headers}.items())
        with socket.create_connection((LOOPBACK, web.port), timeout=8) as connection:
            connection.sendall(f"POST {TEST} HTTP/1.1\r\n{head}\r\n".encode())
            assert status in connection.recv(4096).split(b"\r\n")[0]
    assert web.post(TEST, b" " * (MAX_BODY_BYTES + 1), **JSON).status == 413
