"""CPU time and memory of the working latency in a city of 5,000 links, each with a port that is polled."""

import time
from collections.abc import Iterator
from random import Random

from collector.city.taken import Taken
from collector.inventory import Link
from collector.latency import DAYS_KEPT, WorkingLatency
from collector.latency.buckets import bucket_of
from collector.latency.day import SeenMinute, WorkingDay, packed
from collector.latency.kept_days import LocalDays
from collector.prometheus.from_latency import latency_lines
from tests.fakes.city import city
from tests.fakes.small_city import NOW, report
from wire.report import Table

POPS, SITES = 50, 99
MINUTES = 10
DAY_MINUTES = 1440
PAGE_BYTES = 4096
RATE = 20e6 / 8
"""Octets a second, as the contract has it."""


def run() -> list[tuple[str, str]]:
    fake = city(POPS, SITES)
    links = {
        id: Link(from_=link.from_, to=link.to, down_mbps=20.0, up_mbps=20.0)
        for id, link in fake.links.items()
    }
    made = WorkingLatency(NOW)
    made.adopt(city(POPS, SITES, links=links))
    chance, spent = Random(1), {"site": 0.0, "pop": 0.0, "ports": 0.0}
    for minute in range(MINUTES):
        for sort, taken in _minute(NOW + 60 * minute, minute, chance):
            spent[sort] += _seconds(made, taken)
    start = time.process_time()
    lines = sum(1 for id in links for _ in latency_lines(id, made.today(id, NOW + 60 * MINUTES)))
    exposed = time.process_time() - start
    sites, polls = POPS * SITES * 6 * MINUTES, POPS * SITES * MINUTES
    return [
        ("a site's report", f"{spent['site'] / sites * 1e6:.1f} µs of CPU"),
        ("a ping of a POP's report", f"{spent['pop'] / sites * 1e6:.1f} µs of CPU"),
        ("a polled port", f"{spent['ports'] / polls * 1e6:.1f} µs of CPU"),
        ("the city", f"{sum(spent.values()) / MINUTES:.2f} s of CPU a minute"),
        ("for Prometheus", f"{exposed:.2f} s of CPU, {lines} lines, all links changed"),
        ("minutes", f"{made.memory_bytes / len(made.carried) / 1e3:.1f} kB a link"),
        (f"{DAYS_KEPT} days", f"{_resident_of_days(len(links)) / len(links) / 1e3:.1f} kB a link"),
    ]


def _seconds(made: WorkingLatency, taken: list[Taken]) -> float:
    start = time.process_time()
    made.take(taken, taken[0].received)
    return time.process_time() - start


def _minute(at: float, number: int, chance: Random) -> Iterator[tuple[str, list[Taken]]]:
    """The reports of a minute: pings each ten seconds, then the ports of all POPs."""
    names = {pop: [f"site-{pop}-{place}" for place in range(1, SITES + 1)] for pop in range(1, POPS + 1)}
    for second in range(0, 60, 10):
        own = [_pings(site, ["uplink"], at + second, chance) for sites in names.values() for site in sites]
        yield "site", own
        yield "pop", [_pings(f"pop-{pop}", sites, at + second, chance) for pop, sites in names.items()]
    yield "ports", [_ports(f"pop-{pop}", sites, at + 55, number) for pop, sites in names.items()]


def _pings(agent: str, targets: list[str], at: float, chance: Random) -> Taken:
    times: list[float | None] = [chance.lognormvariate(-4, 0.5) for _ in targets]
    table = Table("icmp", targets, [0] * len(targets), {"icmp_rtt_median_seconds": times})
    return Taken(agent, report(table, at=at), at, False, [], [])


def _ports(agent: str, sites: list[str], at: float, number: int) -> Taken:
    """Each port is at another load."""
    many = len(sites)
    sent: list[float | None] = [RATE * 60 * number * place / many for place in range(many)]
    values: dict[str, list[float | None]] = {
        "interface_receive_bytes_total": [0.0] * many,
        "interface_transmit_bytes_total": sent,
        "interface_speed_bits_per_second": [1e9] * many,
    }
    rows = [f"ether{place}" for place in range(many)]
    table = Table("snmp", ["switch"] * many, [0] * many, values, row=rows, info={"alias": sites})
    return Taken(agent, report(table, at=at), at, False, [], [])


def _resident_of_days(links: int) -> int:
    """The memory that so many links take with all days full, in bytes."""
    chance, day = Random(2), WorkingDay()
    for _ in range(DAY_MINUTES):
        load = min(1000, int(abs(chance.gauss(300, 300))))
        day.add(SeenMinute(load, bucket_of(chance.lognormvariate(-4.3 if load < 600 else -2, 0.35))))
    before, today = _resident(), LocalDays().of(NOW)
    kept = {
        (str(link), today - age): bytes(bytearray(packed(day)))
        for link in range(links)
        for age in range(DAYS_KEPT)
    }
    made = WorkingLatency(NOW, kept)
    del kept
    taken = _resident() - before
    assert made.days == links * DAYS_KEPT
    return taken


def _resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * PAGE_BYTES


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:34} {value}")
