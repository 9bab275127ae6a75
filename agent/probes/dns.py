"""DNS: time from a query to its answer, its RCODE, and whether it is the answer expected (RFC 1035)."""

import time

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.tokenizer
from dns.rdtypes.ANY.TXT import TXT

from agent.net.addresses import resolve
from agent.net.allow import Allow
from agent.net.dns_exchange import ask
from agent.net.failed import Failed
from wire.probes import Dns

Expected = dns.rdata.Rdata | frozenset[bytes]
"""The data that the answer must have. For a TXT record: its text, in each way in which it may be read."""


async def measure(probe: Dns, allow: Allow) -> dict[str, float]:
    query, expected = _query(probe), _expected(probe)
    server = await resolve(probe.address, allow, probe.timeout_seconds)
    started = time.monotonic()
    answer = await ask(query, server, probe.port)
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


def _expected(probe: Dns) -> list[Expected]:
    record_type = dns.rdatatype.from_text(probe.record_type)
    return [_parsed(record_type, text) for text in probe.answers]


def _parsed(record_type: dns.rdatatype.RdataType, text: str) -> Expected:
    try:
        if record_type == dns.rdatatype.TXT:
            return frozenset({text.encode(), _unquoted(text)})
        return dns.rdata.from_text(dns.rdataclass.IN, record_type, text, dns.name.root, relativize=False)
    except (dns.exception.DNSException, ValueError) as error:
        name = dns.rdatatype.to_text(record_type)
        detail = f"answers: {text!r} is not the data of a record of type {name}: {error}"
        raise Failed("setting", detail) from None


def _unquoted(text: str) -> bytes:
    """The strings of a zone file as one: a record is cut every 255 octets, or elsewhere (RFC 7208, 3.3)."""
    tokens, joined = dns.tokenizer.Tokenizer(text), b""
    while not (token := tokens.get()).is_eol_or_eof():
        joined += token.unescape_to_bytes().value
    return joined


def _wrong(probe: Dns, answer: dns.message.Message, expected: list[Expected]) -> str:
    """The answer and the expected answer, where these differ."""
    rcode = dns.rcode.to_text(answer.rcode())
    if rcode != probe.rcode:
        return f"{rcode}, expected {probe.rcode}"
    if not expected:
        return ""
    records = _records(answer)
    if records and all(_is_among(record, expected) for record in records):
        return ""
    found = ", ".join(sorted(record.to_text() for record in records))
    return f"{found or 'not there':.200}, expected {', '.join(sorted(probe.answers)):.200}"


def _is_among(record: dns.rdata.Rdata, expected: list[Expected]) -> bool:
    if isinstance(record, TXT):
        text = b"".join(record.strings)
        return any(isinstance(readings, frozenset) and text in readings for readings in expected)
    return record in expected


def _records(answer: dns.message.Message) -> list[dns.rdata.Rdata]:
    """The records at the end of the answer's chain of CNAMEs."""
    assert isinstance(answer, dns.message.QueryMessage)
    try:
        return list(answer.resolve_chaining().answer or [])
    except dns.exception.DNSException as error:
        raise Failed("protocol", f"an answer that leads nowhere: {error}") from None
