"""DNS: time from a query to its answer, its RCODE, and whether it is the answer expected (RFC 1035)."""

import asyncio
import socket
import time

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from agent.addresses import resolve
from agent.probe import Failed
from agent.probes.tcp import connect, connection_socket, failure, tell_unreachable
from wire.probes import Dns

MAX_MESSAGE_BYTES = 65535


async def measure(probe: Dns) -> dict[str, float]:
    query, expected = _query(probe), _expected(probe)
    server = await resolve(probe.address)
    started = time.monotonic()
    try:
        answer = await _over_udp(query, server, probe.port)
        if answer.flags & dns.flags.TC:
            answer = await _over_tcp(query, server, probe.port)
    except OSError as error:
        raise failure(error, server, probe.port) from None
    values = {
        "dns_lookup_duration_seconds": time.monotonic() - started,
        "dns_response_code": float(answer.rcode()),
    }
    if wrong := _wrong(probe, answer, expected):
        raise Failed("answer", f"{server} says {probe.name} {probe.record_type} is {wrong}", values)
    return values


def _query(probe: Dns) -> dns.message.QueryMessage:
    try:
        return dns.message.make_query(probe.name, probe.record_type)
    except dns.exception.DNSException as error:
        raise Failed("setting", f"name {probe.name!r}: {error}") from None


def _expected(probe: Dns) -> list[dns.rdata.Rdata]:
    record_type, records = dns.rdatatype.from_text(probe.record_type), []
    for text in probe.answers:
        try:
            records.append(
                dns.rdata.from_text(dns.rdataclass.IN, record_type, text, dns.name.root, relativize=False)
            )
        except (dns.exception.DNSException, ValueError) as error:
            detail = f"answers: {text!r} is not the data of a record of type {probe.record_type}: {error}"
            raise Failed("setting", detail) from None
    return records


async def _over_udp(query: dns.message.Message, server: str, port: int) -> dns.message.Message:
    """The first datagram that answers the query; a truncated one holds its question only."""
    loop = asyncio.get_running_loop()
    with connection_socket(server, socket.SOCK_DGRAM) as udp:
        tell_unreachable(udp)
        udp.connect((server, port))  # the kernel drops what comes from elsewhere
        await loop.sock_sendall(udp, query.to_wire())
        while True:
            answer = _answer(query, await loop.sock_recv(udp, MAX_MESSAGE_BYTES))
            if answer is not None:
                return answer
            await asyncio.sleep(0)  # a flood of strays must not keep the timeout from firing


async def _over_tcp(query: dns.message.Message, server: str, port: int) -> dns.message.Message:
    """RFC 7766: each message after its length in two bytes."""
    with connection_socket(server) as connection:
        await connect(connection, server, port)
        await asyncio.get_running_loop().sock_sendall(connection, query.to_wire(prepend_length=True))
        length = int.from_bytes(await _exactly(connection, 2), "big")
        answer = _answer(query, await _exactly(connection, length))
    if answer is None:
        raise Failed("protocol", f"{server} port {port}: the answer over TCP is to another query")
    return answer


async def _exactly(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        chunk = await asyncio.get_running_loop().sock_recv(connection, count - len(received))
        if not chunk:
            raise Failed("protocol", "the server closed the TCP connection before its answer")
        received += chunk
    return received


def _answer(query: dns.message.Message, wire: bytes) -> dns.message.Message | None:
    """None for what isn't an answer to this query, as RFC 5452 has it: stray, late or forged."""
    try:
        question = dns.message.from_wire(wire, question_only=True)
    except dns.exception.DNSException:
        return None
    if not query.is_response(question):
        return None
    if question.flags & dns.flags.TC:
        return question
    try:
        return dns.message.from_wire(wire, ignore_trailing=True)
    except dns.exception.DNSException as error:
        raise Failed("protocol", f"an answer that is not a DNS message: {error!s:.200}") from None


def _wrong(probe: Dns, answer: dns.message.Message, expected: list[dns.rdata.Rdata]) -> str:
    """What was answered and what was expected, where these differ."""
    rcode = dns.rcode.to_text(answer.rcode())
    if rcode != probe.rcode:
        return f"{rcode}, expected {probe.rcode}"
    if not expected:
        return ""
    records = _records(answer)
    if records and all(record in expected for record in records):
        return ""
    return f"{_texts(records) or 'not there':.200}, expected {_texts(expected):.200}"


def _records(answer: dns.message.Message) -> list[dns.rdata.Rdata]:
    """The records at the end of the answer's chain of CNAMEs."""
    assert isinstance(answer, dns.message.QueryMessage)
    try:
        return list(answer.resolve_chaining().answer or [])
    except dns.exception.DNSException as error:
        raise Failed("protocol", f"an answer that leads nowhere: {error}") from None


def _texts(records: list[dns.rdata.Rdata]) -> str:
    return ", ".join(sorted(record.to_text() for record in records))
