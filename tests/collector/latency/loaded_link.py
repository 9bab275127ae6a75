"""A city with one link whose port an agent polls, and its reports for the working latency."""

from collections.abc import Iterable

from msgspec import structs

from collector.city.taken import Taken
from collector.inventory import City, Link
from collector.latency import LatencyFigures, WorkingLatency
from collector.latency.changes import DayKey
from tests.fakes.city import PONTIANAK
from tests.fakes.small_city import NOW, report, table
from wire.report import Table

LINK = "radio"
"""From gradasi up to pop-selatan, 20 Mbit/s down and 10 up."""
CITY = structs.replace(
    PONTIANAK,
    links=PONTIANAK.links | {LINK: Link(from_="gradasi", to="pop-selatan", down_mbps=20.0, up_mbps=10.0)},
)
DOWN_OCTETS_A_SECOND, UP_OCTETS_A_SECOND = 2_500_000, 1_250_000
MINUTE = NOW - NOW % 60 + 30
"""The middle of a minute."""


def latency(now: float = NOW, stored: dict[DayKey, bytes] | None = None, city: City = CITY) -> WorkingLatency:
    made = WorkingLatency(now, stored)
    made.adopt(city)
    return made


def port(
    received: float | None,
    sent: float | None = 0.0,
    *,
    alias: str = LINK,
    row: str = "ether1",
    speed: float | None = 1e9,
) -> Table:
    values = {
        "interface_receive_bytes_total": received,
        "interface_transmit_bytes_total": sent,
        "interface_speed_bits_per_second": speed,
    }
    made = table("snmp", "router", values, row=row)
    made.info = {"alias": [alias]}
    return made


def uptime(seconds: float) -> Table:
    return table("snmp", "router", {"device_uptime_seconds": seconds})


def ping(seconds: float | None, target: str = "uplink") -> Table:
    return table("icmp", target, {"icmp_rtt_median_seconds": seconds})


def taken(*tables: Table, at: float, agent: str = "gradasi", received: float = NOW) -> Taken:
    return Taken(agent, report(*tables, at=at), received, False, [], [])


def minutes(loads: Iterable[tuple[float, float | None]], first: float = MINUTE - 3000) -> list[Taken]:
    """A poll and a ping in each minute, by share of the link's rate and round-trip time of the minute.

    The polls stand on the minutes' edges, so that each minute has a span of its own.
    """
    octets, at, found = 0.0, first, [taken(port(0.0), at=first - 30)]
    for share, seconds in loads:
        octets += share * DOWN_OCTETS_A_SECOND * 60
        found.append(taken(ping(seconds), at=at))
        found.append(taken(port(octets), at=at + 30))
        at += 60
    return found


def known(made: WorkingLatency, now: float = NOW) -> LatencyFigures:
    found = made.last_days(LINK, now, 35)
    assert found is not None
    return found
