"""The agent's table of the probe kinds: one row a kind. tests/test_kinds.py names a row that is missing.

Settings of a kind are in wire/probes.py, its values in wire/metrics.py.
"""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from typing import Any, NamedTuple

from agent.net.allow import Allow
from agent.net.failed import Failed
from agent.probes import summary
from agent.probes.measurement import Row
from agent.probes.summary import Line, Values
from wire.probes import Dns, Http, Icmp, Snmp, Tcp

Run = Coroutine[Any, Any, list[Row]]


class AgentKind(NamedTuple):
    """`measure` loads the kind's own module and returns its coroutine, not begun; it may put the values that
    it has so far into its last argument, for the case that the time runs out.

    `summary` gives a measurement's lines for a person at the command line. `defaults` are the settings that
    this person need not type.
    """

    measure: Callable[[Any, Allow, Values], Run]
    summary: Callable[[Values], Iterator[Line]]
    defaults: Mapping[str, object] = {}


def _icmp(probe: Icmp, allow: Allow, so_far: Values) -> Run:
    raise Failed("setting", "icmp is a stream: the echo engine measures it")


def _tcp(probe: Tcp, allow: Allow, so_far: Values) -> Run:
    from agent.probes import tcp

    return _one_row(tcp.measure(probe, allow))


def _dns(probe: Dns, allow: Allow, so_far: Values) -> Run:
    from agent.probes import dns

    return _one_row(dns.measure(probe, allow))


def _http(probe: Http, allow: Allow, so_far: Values) -> Run:
    from agent.probes.http import measure as http

    return _one_row(http.measure(probe, allow, so_far))


def _snmp(probe: Snmp, allow: Allow, so_far: Values) -> Run:
    from agent.probes.snmp import measure as snmp

    return snmp.measure(probe, allow)


async def _one_row(values: Coroutine[Any, Any, Values]) -> list[Row]:
    return [Row(await values)]


KINDS: dict[str, AgentKind] = {
    "icmp": AgentKind(_icmp, summary.icmp, {"period_seconds": 0.25}),
    "tcp": AgentKind(_tcp, summary.tcp, {"port": 443}),
    "dns": AgentKind(_dns, summary.dns, {"name": "example.com"}),
    "http": AgentKind(_http, summary.http),
    "snmp": AgentKind(_snmp, summary.snmp, {"profiles": ["auto"]}),
}
