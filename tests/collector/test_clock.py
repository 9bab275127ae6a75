"""The wall clock of the collector is set, for a moment or for good: nothing false is told of it."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from prometheus_client.parser import text_string_to_metric_families

from collector.changes import Changes
from collector.city.series import SUCCESS
from collector.city.step import TRANSIT_SECONDS, Step, redated
from collector.clock import LASTING_SECONDS, STEP_SECONDS, SteadyClock
from collector.incidents import Incident
from collector.incidents.stepped import not_ahead, stepped
from collector.intake.watch import Watch
from collector.inventory import INTERNET, City
from collector.prometheus.exposition import Exposition
from collector.streams.ingest import Ingest
from collector.streams.ingestion import Message
from collector.streams.marks import FORGET_SECONDS
from tests.fakes.played_city import ROUND_SECONDS, START, PlayedCity, sample_city
from tests.fakes.reporting import BOOT_NOW, NOW, STREAM, presence
from tests.fakes.reporting import report as message
from tests.fakes.small_city import report
from wire.report import decode_report

HOUR = 3600.0
FROM_1970 = START - 100.0
STEPS = [HOUR, -HOUR, 7 * HOUR, -7 * HOUR]


class Clocks:
    """A boot clock and a wall clock, `error` seconds wrong."""

    def __init__(self, error: float = 0.0) -> None:
        self.true, self.error = START, error
        self.steady = SteadyClock(lambda: self.true - START, lambda: self.true + self.error)

    def pass_time(self, seconds: float) -> list[Step]:
        end, steps = self.true + seconds, []
        while self.true < end:
            self.true += 0.25
            if step := self.steady.look():
                steps.append(step)
        return steps


@pytest.mark.parametrize("error", STEPS)
def test_a_clock_that_is_soon_set_back_never_was_set(error: float) -> None:
    clocks = Clocks()
    clocks.error = error
    assert clocks.pass_time(10) == []
    assert clocks.steady.now() == pytest.approx(clocks.true)
    clocks.error = 0.0
    assert clocks.pass_time(100) == []
    assert clocks.steady.now() == pytest.approx(clocks.true)


@pytest.mark.parametrize("error", STEPS)
def test_a_clock_that_stays_set_is_followed_in_one_step(error: float) -> None:
    clocks = Clocks()
    clocks.error = error
    (step,) = clocks.pass_time(2 * LASTING_SECONDS)
    assert step == pytest.approx((error, START, START + LASTING_SECONDS), abs=0.5)
    assert clocks.steady.now() == pytest.approx(clocks.true + error)


def test_small_corrections_are_followed_without_a_step() -> None:
    clocks = Clocks()
    for _ in range(20):
        clocks.error += STEP_SECONDS / 2
        assert clocks.pass_time(0.25) == []
    assert clocks.steady.now() == pytest.approx(clocks.true + 10)


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.3, *STEPS, -FROM_1970]), st.floats(0.25, 60)), max_size=8))
def test_however_it_is_set_no_time_passes_but_by_the_boot_clock(history: list[tuple[float, float]]) -> None:
    clocks, moved = Clocks(), 0.0
    for error, seconds in history:
        clocks.error = error
        moved += sum(step.by for step in clocks.pass_time(seconds))
        assert clocks.steady.now() - clocks.true == pytest.approx(moved, abs=STEP_SECONDS * len(history))
    clocks.pass_time(2 * LASTING_SECONDS)
    assert clocks.steady.now() == pytest.approx(clocks.true + clocks.error, abs=STEP_SECONDS)


@pytest.mark.parametrize("by", [*STEPS, FROM_1970])
def test_a_report_that_was_dated_by_the_clock_before_is_dated_anew(by: float) -> None:
    """As it is held or on its way when the clock is set, and frozen at the agent."""
    dated = report(at=NOW)
    received = NOW + 0.2 + by
    assert dated.offset is not None
    assert redated(dated, received, [-HOUR / 3, by]).offset == dated.offset + by
    assert redated(dated, received, []) == dated
    assert redated(dated, received, [by / 2]) == dated


@pytest.mark.parametrize("transit", [-5.0, 0.0, TRANSIT_SECONDS])
def test_a_report_that_took_its_time_keeps_its_own(transit: float) -> None:
    dated = report(at=NOW)
    assert redated(dated, NOW + transit, [HOUR, transit]) == dated


def test_of_another_boot_nothing_is_dated_anew() -> None:
    """When a report of it is sent is told by the clock of the present one."""
    ingest = Ingest("e0", PlayedCity(sample_city()).state, {"gradasi": 10.0})
    sent = message(1, offset=NOW - BOOT_NOW - HOUR)
    ingest.take([presence(STREAM)], NOW)
    (taken,) = ingest.take([sent], NOW, [HOUR]).taken
    assert taken.report == decode_report(sent.payload)


def south() -> City:
    """The city's two main places and the 21 sites below one of them."""
    whole = sample_city()
    sites = {
        id: site
        for id, site in whole.sites.items()
        if site.district == "Pontianak Selatan" or site.role in ("noc", "pop")
    }
    links = {id: link for id, link in whole.links.items() if {link.from_, link.to} <= {*sites, INTERNET}}
    return structs.replace(whole, sites=sites, links=links)


class SetCity(PlayedCity):
    """Its collector's clock is `error` seconds wrong. Agents learn the collector's time by each ack."""

    def __init__(self, error: float = 0.0) -> None:
        self.now, self.error = START, error
        self.clock = SteadyClock(lambda: self.now - START + 50, lambda: self.now + self.error)
        self.opened: dict[str, Incident] = {}
        self.hearing_since = self.clock.now()
        super().__init__(south())
        self.agents_error = error
        self.watch = Watch(self.state, self.assignments, self.clock.now())
        self.run(60)

    def run(self, seconds: int, round_seconds: int = ROUND_SECONDS) -> None:
        """Reports come in whole rounds of the clock."""
        for _ in range(seconds):
            if self.now % round_seconds:
                self._take(())
                self.now += 1
            else:
                super().run(1)
                self.agents_error = self.clock.now() - self.now

    def _take(self, messages: Iterable[Message]) -> None:
        changes, step = Changes(), self.clock.look()
        now = self.clock.now()
        if step is not None:
            self._ingest.kept.stepped(step)
            self.state.stepped(step)
            self.hearing_since = step.moved(self.hearing_since)
            changes = self.watch.stepped(step, now)
        self.state.listen(self.hearing_since if self.connected else None)
        received = [one._replace(received=now) for one in messages]
        taken = self._ingest.take(received, now, self.clock.corrections).taken
        self.opened |= changes.then(self.watch.judge(taken, self.connected, now)).incidents
        self.state.tick(now)

    def shown(self) -> dict[str, dict[str, float]]:
        """By family and site."""
        rendered = b"".join(Exposition(self.state, self.watch.incidents, "1").render(self.clock.now()))
        return {
            family.name: {sample.labels.get("site", ""): sample.value for sample in family.samples}
            for family in text_string_to_metric_families(rendered.decode())
        }


@pytest.mark.parametrize("seconds", [10, 300])
@pytest.mark.parametrize("error", [HOUR, -7 * HOUR])
def test_agents_that_die_after_a_step_are_not_shown_as_up(error: float, seconds: int) -> None:
    city = SetCity()
    city.error = error
    city.run(seconds)
    city.error = 0.0
    city.run(20)
    assert set(city.shown()["pantau_agent_up"].values()) == {1}
    city.stopped = set(city.city.sites)
    city.run(200)
    shown = city.shown()
    assert set(shown.get("pantau_agent_up", {}).values()) <= {0}
    assert shown.get(SUCCESS.family, {}).keys().isdisjoint({"noc-pontive", "pop-selatan"})
    assert {one.kind for one in city.opened.values()} == {"collector_blind"}


@pytest.mark.parametrize("error", [7 * HOUR, -FROM_1970])
@pytest.mark.parametrize("begins_so", [True, False])
def test_a_healthy_city_is_healthy_through_all_steps(error: float, begins_so: bool) -> None:
    city = SetCity(error if begins_so else 0.0)
    city.error = 0.0 if begins_so else error
    for _ in range(10):
        city.run(10)
        assert 0 not in city.shown().get("pantau_site_up", {}).values()
    city.error = 0.0
    city.run(100)
    shown = city.shown()
    assert set(shown["pantau_agent_up"].values()) == {1}
    assert set(shown["pantau_site_up"].values()) == {1}
    assert shown[SUCCESS.family].keys() == city.city.sites.keys()
    assert city.opened == {}
    assert (city.state.counts.ahead, city.state.counts.behind, city.state.counts.late) == (0, 0, 0)


@pytest.mark.parametrize("error", [-HOUR, 7 * HOUR, -FROM_1970])
@pytest.mark.parametrize("when", [-40, -1, 1, 15, 25])
def test_an_outage_around_a_step_is_one_incident_with_its_true_time(error: float, when: int) -> None:
    """`when` is that of the cut, after the clock has been set right."""
    city = SetCity(error)
    if when < 0:
        city.cut.add("pop-selatan")
        city.run(-when)
        city.error = 0.0
    else:
        city.error = 0.0
        city.run(when)
        city.cut.add("pop-selatan")
    city.run(150)
    (incident,) = city.opened.values()
    assert (incident.kind, incident.root, len(incident.affected_now)) == ("site_down", "pop-selatan", 20)
    assert incident.began_at == pytest.approx(START + 60 + max(when, 0), abs=LASTING_SECONDS + 2)
    city.cut.clear()
    city.run(60)
    (incident,) = city.opened.values()
    assert incident.status == "closed"
    assert incident.ended_at == pytest.approx(city.now - 60, abs=12)


def test_a_step_moves_the_times_of_this_run_not_those_of_an_earlier_one() -> None:
    step = Step(-7 * HOUR, START, START + 100)
    before = Incident(
        id="a", kind="site_down", root="pop", severity="critical", began_at=START - 90, opened_at=START - 80
    )
    acknowledged = structs.replace(before, acknowledged_at=START + 50)
    assert stepped(before, step) == before
    assert stepped(acknowledged, step).acknowledged_at == START + 50 - 7 * HOUR
    assert stepped(acknowledged, step).began_at == before.began_at
    since = structs.replace(before, began_at=START - 3, opened_at=START + 1)
    assert stepped(since, step).began_at == START - 3 - 7 * HOUR


def test_an_incident_that_a_run_with_a_wrong_clock_stored_is_not_ahead() -> None:
    ahead = Incident(
        id="a", kind="site_down", root="pop", severity="critical", began_at=START + 90, opened_at=START + 100
    )
    assert not_ahead(ahead, START).opened_at == START
    assert not_ahead(ahead, START).began_at == START - 10
    assert not_ahead(ahead, START + 95) == ahead


def test_streams_that_were_let_go_before_a_step_are_not_forgotten_by_it() -> None:
    city = PlayedCity(sample_city())
    ingest = Ingest("e0", city.state, {"gradasi": 10.0})
    ingest.take([message(1), presence("00000000000000aa")], NOW)
    changed = ingest.kept.stepped(Step(FORGET_SECONDS * 2, NOW - 10, NOW + 10))
    assert changed["gradasi", STREAM].released == NOW + FORGET_SECONDS * 2
    assert ingest.take([], NOW + FORGET_SECONDS * 2 + 10).forgotten == []
