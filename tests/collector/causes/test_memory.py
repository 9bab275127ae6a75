"""The memory keeps of each site a few runs, boots and starts, whatever comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from collector.causes import CauseMemory, Places
from collector.causes.memory import BOOTS_KEPT, UPTIMES_KEPT
from collector.causes.runs import RUNS_KEPT
from collector.city.taken import Taken
from tests.collector.causes.stories import town
from tests.fakes.small_city import NOW, report, table
from wire.report import Report, Table


@pytest.fixture
def memory() -> CauseMemory:
    return CauseMemory(Places(town()))


def take(memory: CauseMemory, one: Report, agent: str = "site-0", late: bool = False) -> None:
    received = (one.measured_at(0) or NOW) + (3600.0 if late else 0.1)
    memory.take(Taken(agent, one, received, late, [], []))


def ups(seconds: float, remaining: float | None = None) -> Table:
    values: dict[str, float | None] = {"ups_on_battery_seconds": seconds}
    return table("snmp", "ups", values | {"ups_battery_remaining_seconds": remaining})


def battery(memory: CauseMemory) -> list[tuple[float, float, bool, float | None]]:
    runs = memory.sites["site-0"].battery
    return [(run.since - NOW, run.until - NOW, run.value, run.remaining) for run in runs]


def test_the_ups_itself_says_since_when_it_runs_on_battery(memory: CauseMemory) -> None:
    take(memory, report(ups(45.0, 600.0)))
    assert battery(memory) == [(-45.0, 0.0, True, 600.0)]


def test_a_ups_on_mains_is_not_on_battery(memory: CauseMemory) -> None:
    take(memory, report(ups(0.0)))
    assert battery(memory) == [(0.0, 0.0, False, None)]


def test_a_ups_that_did_not_answer_says_nothing(memory: CauseMemory) -> None:
    take(memory, report(table("snmp", "ups", reason="timeout")))
    assert battery(memory) == []


def test_the_only_ups_of_a_site_may_have_any_name(memory: CauseMemory) -> None:
    take(memory, report(table("snmp", "eaton", {"ups_on_battery_seconds": 45.0})))
    assert battery(memory) == [(-45.0, 0.0, True, None)]


def test_of_several_upses_the_one_that_is_called_ups_counts(memory: CauseMemory) -> None:
    seconds: list[float | None] = [45.0, 0.0]
    for names in (["rack", "ups"], ["rack", "spare"]):
        two = Table("snmp", names, [0, 0], {"ups_on_battery_seconds": seconds})
        take(memory, report(two))
        assert battery(memory) == [(0.0, 0.0, False, None)]


def test_a_battery_that_its_ups_calls_low_lasts_two_minutes(memory: CauseMemory) -> None:
    low = {"ups_on_battery_seconds": 45.0, "ups_battery_status_low": 1.0}
    take(memory, report(table("snmp", "ups", low)))
    assert battery(memory) == [(-45.0, 0.0, True, 120.0)]


def test_a_report_without_a_time_is_not_remembered(memory: CauseMemory) -> None:
    memory.take(Taken("site-0", report(ups(45.0), dated=False), NOW, False, [], []))
    assert battery(memory) == []
    assert memory.sites["site-0"].boots == []


def test_the_boot_clock_says_when_the_machine_started(memory: CauseMemory) -> None:
    take(memory, report())
    (span,) = memory.sites["site-0"].boots
    assert (span.first, span.booted_at) == (NOW, NOW - 100_000.0)


def test_a_clock_that_nobody_sets_does_not_say_when_it_started(memory: CauseMemory) -> None:
    take(memory, report(clock="estimated"))
    (span,) = memory.sites["site-0"].boots
    assert span.booted_at is None


def test_the_alias_of_a_port_says_to_which_site_it_leads(memory: CauseMemory) -> None:
    rows = Table(
        "snmp",
        ["router"] * 3,
        [0] * 3,
        {"interface_up": [0, 1, 1]},
        row=["ether1", "ether2", "ether3"],
        info={"alias": [" Site-0 ", "l-site-2", "someone else's"], "index": ["1", "2", "3"]},
    )
    take(memory, report(rows), "pop-0")
    ports = {site: [run.value for run in kept.port] for site, kept in memory.sites.items()}
    assert {site: port for site, port in ports.items() if port} == {"site-0": [False], "site-2": [True]}


def test_an_uptime_gives_one_start_of_the_router(memory: CauseMemory) -> None:
    for minute in range(5):
        uptime = table("snmp", "router", {"device_uptime_seconds": 1000.0 + 60 * minute})
        take(memory, report(uptime, at=NOW + 60 * minute))
    (start,) = memory.sites["site-0"].router_starts
    assert (start.booted_at, start.first, start.last) == (NOW - 1000, NOW, NOW + 240)


def test_an_older_report_does_not_change_how_much_the_agent_holds(memory: CauseMemory) -> None:
    for held, at in ((1.0, NOW), (90.0, NOW - 600)):
        take(memory, report(table("agent", "self", {"agent_spooled_reports": held}), at=at), late=at < NOW)
    assert memory.sites["site-0"].spooled == 1.0


def test_a_site_that_leaves_the_inventory_is_forgotten_and_others_stay(memory: CauseMemory) -> None:
    take(memory, report(ups(45.0)))
    memory.rearrange(Places(town(sites=2)))
    assert set(memory.sites) == {"noc", "pop-0", "pop-1", "site-0", "site-1"}
    assert battery(memory)


def test_a_step_of_the_clock_forgets_all(memory: CauseMemory) -> None:
    take(memory, report(ups(45.0)))
    memory.forget(0.0)
    assert battery(memory) == []
    assert set(memory.sites) == set(Places(town()).groups)


def test_an_unknown_agent_is_ignored(memory: CauseMemory) -> None:
    take(memory, report(ups(45.0)), "stranger")
    assert "stranger" not in memory.sites


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 30), st.booleans()), max_size=120))
def test_the_memory_of_a_site_is_bounded(measured: list[tuple[int, int, bool]]) -> None:
    memory = CauseMemory(Places(town()))
    for at, boot, up in measured:
        pings = Table("icmp", ["gateway", "uplink"], [0, 0], {}, ["" if up else "timeout", ""])
        uptime = table("snmp", "router", {"device_uptime_seconds": 100.0 * boot})
        one = report(pings, uptime, ups(float(up)), at=NOW - at)
        take(memory, structs.replace(one, boot=f"b{boot}"), late=True)
    kept = memory.sites["site-0"]
    assert all(len(list(runs)) <= RUNS_KEPT for runs in (kept.gateway, kept.uplink, kept.battery, kept.port))
    assert len(kept.boots) <= BOOTS_KEPT
    assert len(kept.router_starts) <= UPTIMES_KEPT
