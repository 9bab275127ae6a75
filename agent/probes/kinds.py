"""The agent's table of the probe kinds: one row a kind. tests/test_kinds.py names a row that is missing.

Settings of a kind are in wire/probes.py, its values in wire/metrics.py.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from agent.probes import summary
from agent.probes.summary import Line, Values


class AgentKind(NamedTuple):
    """`summary` gives a measurement's lines for a person. `defaults` are settings that they need not type."""

    summary: Callable[[Values], Iterator[Line]]
    defaults: Mapping[str, object] = {}


KINDS: dict[str, AgentKind] = {
    "icmp": AgentKind(summary.icmp, {"period_seconds": 0.25}),
    "tcp": AgentKind(summary.tcp, {"port": 443}),
    "dns": AgentKind(summary.dns, {"name": "example.com"}),
    "http": AgentKind(summary.http),
    "snmp": AgentKind(summary.snmp, {"profiles": ["system", "interfaces"]}),
}
