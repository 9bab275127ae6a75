"""The dns probe against dnsmasq, and against a server that forges, cuts, delays and says nothing."""

import asyncio
import time
from contextlib import suppress

import dns.flags
import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.net.failed import Failed
from tests.agent.probes.unrestricted import measure
from tests.fakes.scripted import Reply, failure_of, tcp_server, udp_server
from tests.servers.dnsmasq import dnsmasq, needs_dnsmasq
from wire.probes import Dns, RecordType


def probe(port: int, name: str = "app.example", address: str = "127.0.0.1", **settings: object) -> Dns:
    return Dns(target="resolver", address=address, port=port, name=name, **settings)  # type: ignore[arg-type]


@needs_dnsmasq
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
@pytest.mark.parametrize(
    ("name", "record_type", "answers"),
    [
        ("app.example", "A", []),
        ("app.example", "A", ["10.61.0.9", "10.61.0.10"]),
        ("www.example", "A", ["10.61.0.10"]),
        ("www.example", "CNAME", ["app.example"]),
        ("app.example", "AAAA", ["fd61:0:0::0010"]),
        ("example", "MX", ["10 MAIL.example"]),
        ("app.example", "TXT", []),
    ],
)
async def test_a_right_answer_is_timed(
    resolver: int, address: str, name: str, record_type: RecordType, answers: list[str]
) -> None:
    before = time.monotonic()
    values = await measure(probe(resolver, name, address, record_type=record_type, answers=answers))
    assert values.keys() == {"dns_lookup_duration_seconds", "dns_response_code"}
    assert values["dns_response_code"] == 0
    assert 0 < values["dns_lookup_duration_seconds"] < time.monotonic() - before


@needs_dnsmasq
async def test_a_truncated_answer_is_asked_for_again_over_tcp(resolver: int) -> None:
    records = [f'"{number:03}{"x" * 200}"' for number in range(5)]
    await measure(probe(resolver, "long.example", record_type="TXT", answers=records))


@needs_dnsmasq
@pytest.mark.parametrize(
    ("name", "settings", "detail"),
    [
        ("gone.example", {}, "127.0.0.1 says gone.example A is NXDOMAIN, expected NOERROR"),
        (
            "app.example",
            {"rcode": "NXDOMAIN"},
            "127.0.0.1 says app.example A is NOERROR, expected NXDOMAIN",
        ),
        ("elsewhere.test", {}, "127.0.0.1 says elsewhere.test A is REFUSED, expected NOERROR"),
        (
            "blocked.example",
            {"answers": ["10.61.0.11", "10.61.0.10"]},
            "127.0.0.1 says blocked.example A is 10.10.10.10, expected 10.61.0.10, 10.61.0.11",
        ),
        (
            "app.example",
            {"record_type": "TXT", "answers": ["v=1"]},
            "127.0.0.1 says app.example TXT is not there, expected v=1",
        ),
    ],
)
async def test_a_wrong_answer_is_told_and_still_timed(
    resolver: int, name: str, settings: dict[str, object], detail: str
) -> None:
    failed = await failure_of(probe(resolver, name, **settings))  # type: ignore[arg-type]
    assert (failed.reason, failed.detail) == ("answer", detail)
    assert failed.values.keys() == {"dns_lookup_duration_seconds", "dns_response_code"}


@needs_dnsmasq
async def test_a_resolver_that_answers_late_has_its_delay_in_it_or_is_a_timeout() -> None:
    async with udp_server(lambda query: [answer(query).to_wire()], after_seconds=0.4) as upstream:
        with dnsmasq(upstream=upstream) as port:
            values = await measure(probe(port, "late.test"))
            failed = await failure_of(probe(port, "too-late.test", timeout_seconds=0.2))
    assert 0.4 <= values["dns_lookup_duration_seconds"] < 3
    assert (failed.reason, failed.detail, failed.values) == ("timeout", "no answer within 0.2 s", {})


@needs_dnsmasq
async def test_an_expected_nxdomain_is_right(resolver: int) -> None:
    values = await measure(probe(resolver, "gone.example", rcode="NXDOMAIN"))
    assert values["dns_response_code"] == 3


@pytest.mark.parametrize(
    ("settings", "detail"),
    [
        ({"name": "a..b"}, "name 'a..b': A DNS label is empty."),
        (
            {"answers": ["ten"]},
            "answers: 'ten' is not the data of a record of type A: Text input is malformed.",
        ),
    ],
)
async def test_a_setting_that_is_no_dns_is_told_before_anything_is_sent(
    settings: dict[str, object], detail: str
) -> None:
    failed = await failure_of(probe(9, **settings))  # type: ignore[arg-type]
    assert (failed.reason, failed.detail) == ("setting", detail)


def answer(query: bytes, address: str = "10.61.0.10") -> dns.message.Message:
    message = dns.message.make_response(dns.message.from_wire(query))
    message.answer.append(dns.rrset.from_text(message.question[0].name, 60, "IN", "A", address))
    return message


def with_another_id(query: bytes) -> bytes:
    forged = answer(query, "10.66.6.6")
    forged.id ^= 1
    return forged.to_wire()


def to_another_question(query: bytes) -> bytes:
    forged = dns.message.make_response(dns.message.make_query("bank.example", "A"))
    forged.id = dns.message.from_wire(query).id
    forged.answer.append(dns.rrset.from_text("bank.example.", 60, "IN", "A", "10.66.6.6"))
    return forged.to_wire()


def the_query_itself(query: bytes) -> bytes:
    return query


def noise(query: bytes) -> bytes:
    return query[:2] + b"\xff" * 5


@pytest.mark.parametrize("stray", [with_another_id, to_another_question, the_query_itself, noise])
async def test_a_stray_or_forged_datagram_is_passed_over(stray: Reply) -> None:
    async with udp_server(lambda query: [stray(query), b"", stray(query), answer(query).to_wire()]) as port:  # type: ignore[list-item]
        await measure(probe(port, answers=["10.61.0.10"]))


async def test_forged_datagrams_alone_are_no_answer() -> None:
    async with udp_server(lambda query: [with_another_id(query)] * 50) as port:
        failed = await failure_of(probe(port, timeout_seconds=0.2))
    assert (failed.reason, failed.detail) == ("timeout", "no answer within 0.2 s")


async def test_an_answer_that_is_cut_is_against_the_protocol() -> None:
    async with udp_server(lambda query: [answer(query).to_wire()[:-2]]) as port:
        failed = await failure_of(probe(port))
    assert failed.reason == "protocol"
    assert failed.detail.startswith("an answer that is not a DNS message: ")


async def test_silence_is_a_timeout() -> None:
    async with udp_server(lambda query: []) as port:
        failed = await failure_of(probe(port, timeout_seconds=0.2))
    assert (failed.reason, failed.detail, failed.values) == ("timeout", "no answer within 0.2 s", {})


async def test_an_answer_within_the_timeout_has_its_delay_in_it() -> None:
    delay = 0.1

    def reply(query: bytes) -> list[bytes]:
        time.sleep(delay)
        return [answer(query).to_wire()]

    async with udp_server(reply) as port:
        values = await measure(probe(port))
    assert delay <= values["dns_lookup_duration_seconds"] < 3


@given(changes=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), min_size=1, max_size=4))
async def test_a_damaged_answer_is_an_answer_or_against_the_protocol(changes: list[tuple[int, int]]) -> None:
    def reply(query: bytes) -> list[bytes]:
        message = answer(query)
        for record_type, data in (("MX", "10 mail.example."), ("SOA", "a. b. 1 2 3 4 5"), ("TXT", "text")):
            message.answer.append(dns.rrset.from_text("app.example.", 60, "IN", record_type, data))
        damaged, question_bytes = bytearray(message.to_wire()), len(query)
        for at, byte in changes:
            damaged[question_bytes + at % (len(damaged) - question_bytes)] = byte
        return [bytes(damaged)]

    async with udp_server(reply) as port:
        with suppress(Failed):
            await measure(probe(port, answers=["10.61.0.10"]))


LONG = "v=DKIM1; k=rsa; p=" + "A" * 382


@pytest.mark.parametrize(
    "written",
    [f'"{LONG[:255]}" "{LONG[255:]}"', f'"{LONG}"', f'"{LONG[:200]}" "{LONG[200:]}"', LONG],
    ids=["as in a zone file", "in one", "cut elsewhere", "without quotes"],
)
async def test_a_long_text_is_compared_as_one_however_it_is_cut(written: str) -> None:
    def reply(query: bytes) -> list[bytes]:
        message = dns.message.make_response(dns.message.from_wire(query))
        data = f'"{LONG[:255]}" "{LONG[255:]}"'
        message.answer.append(dns.rrset.from_text("app.example.", 60, "IN", "TXT", data))
        return [message.to_wire()]

    async with udp_server(reply) as port:
        await measure(probe(port, record_type="TXT", answers=[written]))
        failed = await failure_of(probe(port, record_type="TXT", answers=[written.replace("AA", "AB", 1)]))
    assert failed.reason == "answer"


async def test_text_with_one_quote_too_few_is_no_text() -> None:
    failed = await failure_of(probe(9, record_type="TXT", answers=['"v=DKIM1']))
    assert failed.reason == "setting"


async def test_a_loop_of_aliases_is_against_the_protocol() -> None:
    def reply(query: bytes) -> list[bytes]:
        message = dns.message.make_response(dns.message.from_wire(query))
        for one, other in (("app.example.", "b.example."), ("b.example.", "app.example.")):
            message.answer.append(dns.rrset.from_text(one, 60, "IN", "CNAME", other))
        return [message.to_wire()]

    async with udp_server(reply) as port:
        failed = await failure_of(probe(port, answers=["10.61.0.10"]))
    assert failed.reason == "protocol"


def truncated(query: bytes) -> list[bytes]:
    message = dns.message.make_response(dns.message.from_wire(query))
    message.flags |= dns.flags.TC
    return [message.to_wire()]


@pytest.mark.parametrize(
    ("over_tcp", "detail"),
    [
        (b"", "the server closed the TCP connection before its answer"),
        (b"\x00\x40only some of it", "the server closed the TCP connection before its answer"),
        (b"\x00\x03\x01\x02\x03", "127.0.0.1 port {port}: the answer over TCP is to another query"),
    ],
)
async def test_after_a_truncated_answer_tcp_must_keep_to_the_protocol(over_tcp: bytes, detail: str) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(2)
        writer.write(over_tcp)
        await writer.drain()

    async with tcp_server(script) as port, udp_server(truncated, port):
        failed = await failure_of(probe(port))
    assert (failed.reason, failed.detail) == ("protocol", detail.format(port=port))


async def test_after_a_truncated_answer_a_closed_tcp_port_is_refused() -> None:
    async with udp_server(truncated) as port:
        failed = await failure_of(probe(port))
    assert (failed.reason, failed.detail) == ("refused", f"127.0.0.1 port {port}: Connection refused")
