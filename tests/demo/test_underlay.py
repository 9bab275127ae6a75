"""The simulated network does what its faults say, and nothing else."""

from collections.abc import Iterator
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.assignments.compile import Compiler
from collector.inventory import City, load
from demo.answers import SimulatedCity
from demo.day import Days
from demo.fault import FaultKind
from demo.scenario import Scenario, ScriptedFault
from demo.script_time import ScriptTime
from demo.story import CITY, told
from wire.metrics import CATALOGUE
from wire.probes import Icmp, kind

SAMPLE: City = load(CITY)
NOC = "noc-pontive"
START = 1_790_233_200.0  # 24 September 2026, 14:00 in Pontianak
INTERNET = "1.1.1.1"


def city(*faults: ScriptedFault, speed: float = 1.0) -> SimulatedCity:
    pace = ScriptTime(START, speed)
    return SimulatedCity(SAMPLE, Days(Scenario(1, list(faults)), 1, ZoneInfo(SAMPLE.timezone), pace))


def at_once(kind: FaultKind, where: str, **more: float | str | bool) -> ScriptedFault:
    return ScriptedFault(kind=kind, where=[where], after_start_seconds=0, minutes=60, **more)  # type: ignore[arg-type]


def router(site: str) -> str:
    return SAMPLE.sites[site].router


def lost(truth: SimulatedCity, site: str, address: str, at: float = START + 60) -> float:
    chance = Random(5)
    return sum(truth.echo(site, address, at, chance) is None for _ in range(400)) / 400


def rtt(truth: SimulatedCity, site: str, address: str, at: float = START + 60) -> float:
    chance = Random(5)
    found = [one for _ in range(100) if (one := truth.echo(site, address, at, chance)) is not None]
    return sorted(found)[len(found) // 2]


def test_without_a_fault_each_probe_of_the_city_gives_values() -> None:
    truth, chance = city(), Random(1)
    for site, assignment in Compiler(SAMPLE).assignments(1).items():
        assert truth.reaches(site, NOC, START)
        for probe in assignment.probes:
            if isinstance(probe, Icmp):
                assert lost(truth, site, probe.address) < 0.05, (site, probe.target)
            else:
                values, reason = truth.check(site, probe, START, chance)
                assert reason is None
                assert values
                assert {CATALOGUE[name].kind for name in values} == {kind(probe)}


def test_a_cut_link_stops_both_directions_and_all_that_is_behind() -> None:
    truth = city(at_once("fibre_cut", "pop-timur-fiber"))

    for site in ("pop-timur", "lurah-saigon", "hotspot-beting"):
        assert truth.powered(site, START)
        assert not truth.reaches(site, NOC, START)
        assert not truth.reaches(NOC, site, START)
        assert lost(truth, NOC, router(site)) == 1
        assert lost(truth, site, INTERNET) == 1
        assert lost(truth, site, "@gateway") == 0
    assert lost(truth, "lurah-saigon", router("pop-timur")) < 0.05
    assert lost(truth, NOC, router("pop-barat")) < 0.05


def test_the_fault_ends_in_time() -> None:
    truth = city(at_once("fibre_cut", "pop-timur-fiber"))

    assert truth.reaches("pop-timur", NOC, START - 1)
    assert not truth.reaches("pop-timur", NOC, START + 3599)
    assert truth.reaches("pop-timur", NOC, START + 3601)


def test_a_power_cut_takes_the_sites_of_the_feeder_and_those_with_a_ups_later() -> None:
    truth = city(at_once("power_cut", "Sungai Beliung"))
    fed = [id for id, site in SAMPLE.sites.items() if site.feeder == "Sungai Beliung"]
    with_ups = {site for site in fed if "ups" in SAMPLE.sites[site].devices}
    soonest = min(truth.battery_seconds(site) for site in with_ups)

    assert with_ups
    assert {site for site in SAMPLE.sites if not truth.powered(site, START + 1)} == set(fed) - with_ups
    for site in set(fed) - with_ups:
        assert not router(site) or lost(truth, NOC, router(site)) == 1
        assert lost(truth, site, "@gateway") == 1
    gone = {site for site in with_ups if not truth.powered(site, START + soonest + 1)}
    assert gone == {site for site in with_ups if truth.battery_seconds(site) == soonest}
    assert all(truth.powered(site, START + 3601) for site in fed)


@pytest.mark.parametrize("speed", [1.0, 60.0])
def test_a_ups_without_mains_counts_real_seconds(speed: float) -> None:
    truth = city(at_once("power_cut", "Sungai Beliung"), speed=speed)
    fed = (id for id, one in SAMPLE.sites.items() if one.feeder == "Sungai Beliung")
    site = next(id for id in fed if "ups" in SAMPLE.sites[id].devices)
    (ups,) = (probe for probe in Compiler(SAMPLE).assignments(1)[site].probes if probe.target == "ups")
    well, _ = truth.check(site, ups, START - 1, Random(1))
    cut, reason = truth.check(site, ups, START + 10 * speed, Random(1))

    assert reason is None
    assert (well["ups_on_battery_seconds"], well["ups_output_source_normal"]) == (0.0, 1.0)
    assert cut["ups_on_battery_seconds"] == pytest.approx(10)
    assert cut["ups_battery_remaining_seconds"] == round(truth.battery_seconds(site) / speed - 10)


def test_a_hung_router_passes_nothing_while_the_agent_has_power() -> None:
    truth = city(at_once("hung_router", "opd-dinkes"))

    assert truth.powered("opd-dinkes", START)
    assert lost(truth, "opd-dinkes", "@gateway") == 1
    assert lost(truth, NOC, router("opd-dinkes")) == 1
    assert not truth.reaches("opd-dinkes", NOC, START)


def test_a_fading_radio_loses_packets_and_takes_longer() -> None:
    fading = city(at_once("radio_fading", "hotspot-gradasi-radio", loss_percent=20, delay_ms=30))

    assert 0.13 < lost(fading, NOC, router("hotspot-gradasi")) < 0.28
    assert rtt(fading, NOC, router("hotspot-gradasi")) > rtt(city(), NOC, router("hotspot-gradasi")) + 0.02
    assert lost(fading, NOC, router("hotspot-beting")) < 0.05


def test_a_provider_that_is_out_takes_its_links() -> None:
    truth = city(at_once("provider_fault", "isp-b", outage=True))

    assert not truth.reaches("hotspot-bank-sampah", NOC, START)
    assert truth.reaches("vsat-darurat", NOC, START)


def test_a_failing_application_answers_as_the_script_says_from_everywhere() -> None:
    truth = city(at_once("application_failing", "antrean", reason="status", status_code=502))
    work = Compiler(SAMPLE).assignments(1)
    found = {
        (probe.target, reason, values.get("http_status_code"))
        for site in (NOC, "opd-dinkes", "hotspot-gradasi")
        for probe in work[site].probes
        if kind(probe) == "http"
        for values, reason in [truth.check(site, probe, START, Random(1))]
    }

    assert ("antrean", "status", 502.0) in found
    assert {reason for target, reason, _ in found if target != "antrean"} == {None}


def test_the_evening_is_slower_than_the_morning_on_the_links_of_providers() -> None:
    truth, evening, morning = city(), START + 6.5 * 3600, START + 15 * 3600

    assert rtt(truth, "hotspot-bank-sampah", INTERNET, evening) > 1.5 * rtt(
        truth, "hotspot-bank-sampah", INTERNET, morning
    )


USUAL = told(SAMPLE, None, None, ScriptTime(START)).truth


def moments() -> Iterator[float]:
    yield from (START + 1800.0 * n for n in range(48))


@given(st.sampled_from(sorted(SAMPLE.sites)), st.floats(0, 3 * 86400))
def test_on_the_usual_day_a_dark_site_reaches_nothing_and_each_way_has_two_ends(
    site: str, later: float
) -> None:
    at = START + later
    if not USUAL.powered(site, at):
        assert not USUAL.reaches(NOC, site, at)
        assert USUAL.echo(site, "@gateway", at, Random(1)) is None
    assert USUAL.reaches(NOC, site, at) == USUAL.reaches(site, NOC, at)


def test_on_the_usual_day_most_sites_are_well_and_often_one_is_cut_off() -> None:
    cut_off = [sum(not USUAL.reaches(site, NOC, at) for site in SAMPLE.sites) for at in moments()]

    assert max(cut_off) < 40
    assert sum(n > 0 for n in cut_off) > 6
