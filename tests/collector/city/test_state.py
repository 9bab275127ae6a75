"""The city as measured: what is taken in, what is refused, and what follows from it."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.city.agents import MAX_KEPT_LINES, MAX_ROWS, AgentState, Latest
from collector.city.state import MAX_BEHIND_SECONDS, State, StateChange
from collector.inventory import City
from tests.fakes.small_city import ASSIGNMENTS, CITY, EXPECTED, NOW, report, table
from wire.messages import Presence
from wire.report import Report

RTT = "icmp_rtt_median_seconds"


@dataclass
class Watch:
    """A state and a hand to feed it."""

    state: State

    def hears(self, received: float, heard: Report, agent: str = "gradasi") -> list[StateChange]:
        return self.state.apply(agent, heard, received).transitions

    def agent(self, agent: str = "gradasi") -> AgentState:
        return self.state.agents[agent]

    def latest(self, kind: str = "icmp", target: str = "gateway", agent: str = "gradasi") -> Latest:
        return self.agent(agent).probes[kind][target]


@pytest.fixture
def watch() -> Watch:
    return Watch(State(CITY, EXPECTED, ASSIGNMENTS))


def test_a_measurement_is_up_where_it_succeeded_and_down_where_it_failed(watch: Watch) -> None:
    transitions = watch.hears(
        NOW, report(table("icmp", "gateway", {RTT: 0.001}), table("tcp", "sehat", reason="refused"))
    )
    assert StateChange(NOW, "gradasi", "icmp/gateway", "unknown", "up") in transitions
    assert StateChange(NOW, "gradasi", "tcp/sehat", "unknown", "down", "refused") in transitions
    assert watch.latest().value(RTT) == 0.001


@pytest.mark.parametrize("reason", ["permission", "setting"])
def test_a_probe_that_could_not_run_is_unknown(watch: Watch, reason: str) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", reason=reason)))
    assert (watch.latest().verdict, watch.latest().reason) == ("unknown", reason)


def test_only_a_change_of_verdict_is_a_transition(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", reason="timeout")))
    assert not watch.hears(NOW + 10, report(table("icmp", "gateway", reason="unreachable"), at=NOW + 10))
    assert watch.latest().reason == "unreachable"


def test_each_measurement_has_its_own_time(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", age_ms=1500), table("tcp", "sehat", age_ms=250)))
    assert watch.latest().at == NOW - 1.5
    assert watch.latest("tcp", "sehat").at == NOW - 0.25


def test_an_unassigned_measurement_is_refused_and_counted(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "dinkes"), table("wifi", "gateway")))
    assert watch.state.counts.unassigned == 2
    assert watch.state.counts.taken == 0


def test_an_agents_own_vitals_are_always_expected(watch: Watch) -> None:
    watch.hears(NOW, report(table("agent", "self", {"agent_spooled_reports": 3})))
    assert watch.latest("agent", "self").value("agent_spooled_reports") == 3


def test_a_metric_that_is_none_of_its_kinds_is_counted(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.001, "http_status_code": 200, "luck": 7})))
    assert watch.state.counts.unknown_metrics == 2


def test_an_agent_outside_the_inventory_is_counted_and_changes_nothing(watch: Watch) -> None:
    assert not watch.hears(NOW, report(table("icmp", "gateway")), agent="stranger")
    watch.state.presence("stranger", Presence(online=True), NOW)
    assert watch.state.counts.unknown_agents == 1
    assert "stranger" not in watch.state.agents


def test_older_data_never_replaces_newer(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.002})))
    assert not watch.hears(NOW + 1, report(table("icmp", "gateway", reason="timeout"), at=NOW - 10))
    assert (watch.latest().at, watch.latest().verdict) == (NOW, "up")
    assert watch.state.counts.late == 1


def test_data_from_before_three_intervals_is_late_and_judges_nobody(watch: Watch) -> None:
    assert not [
        transition
        for transition in watch.hears(NOW + 31, report(table("icmp", "gateway", reason="timeout")))
        if transition.what == "icmp/gateway"
    ]
    assert watch.latest().verdict == "unknown"
    assert watch.state.counts.late == 1


def test_the_same_report_twice_changes_nothing_the_second_time(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.002})))
    assert not watch.hears(NOW + 1, report(table("icmp", "gateway", {RTT: 0.002})))


def test_an_undated_measurement_is_counted_and_not_taken(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.002}), dated=False, clock="estimated"))
    assert watch.state.counts.undated == 1
    assert watch.latest().table is None
    assert (watch.agent().received, watch.agent().measured) == (NOW, 0)


def test_a_report_from_the_future_is_refused(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.002}), at=NOW + 3600))
    assert watch.state.counts.ahead == 1
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.002})))
    assert watch.latest().at == NOW


def test_a_measurement_ahead_of_a_clock_set_back_is_stale_and_gives_way(watch: Watch) -> None:
    ahead = NOW + 3600
    watch.hears(ahead, report(table("icmp", "gateway", {RTT: 0.002}), at=ahead))
    assert not watch.latest().fresh(NOW)
    assert watch.state.hearing(watch.agent(), NOW) != "fresh"
    watch.hears(NOW + 10, report(table("icmp", "gateway", {RTT: 0.003}), at=NOW + 10))
    assert (watch.latest().at, watch.latest().value(RTT)) == (NOW + 10, 0.003)
    assert watch.latest().fresh(NOW + 11)
    assert watch.state.hearing(watch.agent(), NOW + 11) == "fresh"
    assert watch.state.hearing(watch.agent(), NOW + 50) != "fresh"


@pytest.mark.parametrize("at", [-9e10, -1.0, 0.0, NOW - MAX_BEHIND_SECONDS - 1])
def test_a_report_from_before_any_spool_kept_one_is_refused(watch: Watch, at: float) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.002}, age_ms=10**10), at=at))
    assert watch.state.counts.behind == 1
    assert watch.latest().table is None


def test_a_flip_does_not_take_the_last_intervals_values_away(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.002, "icmp_loss_ratio": 0.0})))
    for later, reason in ((3, "timeout"), (5, ""), (7, "timeout")):
        watch.hears(NOW + later, report(table("icmp", "gateway", reason=reason), at=NOW + later))
    assert watch.latest().value(RTT) is None
    assert watch.latest().earlier is not None
    assert watch.latest().earlier[0] == NOW  # type: ignore[index]
    watch.hears(NOW + 10, report(table("icmp", "gateway", {RTT: 0.003, "icmp_loss_ratio": 0.0}), at=NOW + 10))
    assert watch.latest().earlier is None


def test_a_probe_that_is_not_measured_again_becomes_unknown(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.002})))
    assert not watch.state.tick(NOW + 30)
    assert StateChange(NOW + 31, "gradasi", "icmp/gateway", "up", "unknown", "stale") in watch.state.tick(
        NOW + 31
    )
    assert not watch.state.tick(NOW + 32)


def test_a_slow_probe_is_fresh_for_three_of_its_own_periods(watch: Watch) -> None:
    watch.hears(NOW, report(table("tcp", "sehat")), agent="dinkes")
    watch.state.tick(NOW + 900)
    assert watch.latest("tcp", "sehat", "dinkes").verdict == "up"
    watch.state.tick(NOW + 901)
    assert watch.latest("tcp", "sehat", "dinkes").verdict == "unknown"


def test_an_agent_is_silent_after_three_intervals_until_its_next_report(watch: Watch) -> None:
    watch.state.listen(NOW - 1000)
    assert watch.hears(NOW, report()) == [
        StateChange(NOW, "gradasi", "clock", "", "ntp"),
        StateChange(NOW, "gradasi", "agent", "unknown", "fresh"),
    ]
    assert StateChange(NOW + 31, "gradasi", "agent", "fresh", "silent") in watch.state.tick(NOW + 31)
    back = watch.hears(NOW + 60, report(at=NOW + 60))
    assert back == [StateChange(NOW + 60, "gradasi", "agent", "silent", "fresh")]


def test_a_backlog_does_not_make_an_agent_fresh(watch: Watch) -> None:
    watch.state.listen(NOW - 1000)
    watch.hears(NOW + 500, report(table("icmp", "gateway")))
    assert watch.state.hearing(watch.agent(), NOW + 500) == "silent"


def test_silence_is_not_judged_while_the_collector_is_cut_off(watch: Watch) -> None:
    watch.state.listen(NOW - 1000)
    watch.hears(NOW, report())
    watch.state.listen(None)
    assert StateChange(NOW + 31, "gradasi", "agent", "fresh", "unknown") in watch.state.tick(NOW + 31)


def test_silence_is_not_judged_before_an_agent_had_three_intervals_to_speak(watch: Watch) -> None:
    watch.state.listen(NOW)
    watch.state.tick(NOW + 29)
    assert watch.agent().hearing == "unknown"
    watch.state.tick(NOW + 30)
    assert watch.agent().hearing == "silent"
    assert watch.agent("dinkes").hearing == "unknown", "its reports come once a minute"


def test_the_quality_of_the_clock_is_that_of_the_newest_report(watch: Watch) -> None:
    watch.hears(NOW, report(clock="collector"))
    watch.hears(NOW + 1, report(clock="ntp", at=NOW - 20))
    assert watch.agent().clock == "collector"
    changed = watch.hears(NOW + 10, report(clock="ntp", at=NOW + 10))
    assert changed == [StateChange(NOW + 10, "gradasi", "clock", "collector", "ntp")]


def test_presence_tells_who_an_agent_is_and_a_last_will_only_that_it_is_gone(watch: Watch) -> None:
    conditions = ["no\nICMP", *["x" * 999] * 99]
    told = Presence(
        True, boot="b1", stream="s1", version="1.2", assignment=1_790_000_000_000, conditions=conditions
    )
    watch.state.presence("gradasi", told, NOW)
    watch.state.presence("gradasi", Presence(online=False), NOW + 5)
    agent = watch.agent()
    assert (agent.boot, agent.stream, agent.version) == ("b1", "s1", "1.2")
    assert agent.assignment == 1_790_000_000_000
    assert (agent.online, agent.online_changed) == (False, NOW + 5)
    assert agent.conditions[0] == "no�ICMP"
    assert (len(agent.conditions), max(map(len, agent.conditions))) == (16, 200)


def test_an_agent_that_is_at_earlier_streams_again_and_again_is_two(watch: Watch) -> None:
    def says(stream: str, at: float) -> bool:
        return watch.state.presence("gradasi", Presence(True, stream=stream), at)

    restarted = [says(f"run {number}", NOW + number) for number in range(20)]
    late = [says("run 18", NOW + 20), says("run 19", NOW + 21)]
    assert not any([*restarted, *late])
    assert says("run 18", NOW + 30), "said once"
    assert not says("run 19", NOW + 40)
    assert watch.agent().doubled(NOW + 600)
    assert not watch.agent().doubled(NOW + 1000)


def test_a_device_has_a_bounded_number_of_rows_and_the_rest_is_counted(watch: Watch) -> None:
    for number in range(MAX_ROWS + 5):
        watch.hears(NOW, report(table("icmp", "gateway", row=f"ppp{number}")))
    assert len(watch.latest().rows) == MAX_ROWS
    assert watch.state.counts.excess_rows == 5


def test_rows_that_are_gone_make_room_for_new_ones(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", row="ppp0")))
    watch.state.tick(NOW + 3600)
    assert len(watch.latest().rows) == 1
    watch.state.tick(NOW + 3601)
    assert not watch.latest().rows


def test_another_inventory_keeps_what_stays_and_forgets_the_rest(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway", {RTT: 0.002}), table("tcp", "sehat")))
    sites = {id: site for id, site in CITY.sites.items() if id != "dinkes"}
    watch.state.adopt(
        City(name="Pontianak", sites=sites), {"gradasi": frozenset({("icmp", "gateway"), ("icmp", "uplink")})}
    )
    assert watch.latest().value(RTT) == 0.002
    assert watch.latest("icmp", "uplink").table is None
    assert "tcp" not in watch.agent().probes
    assert "dinkes" not in watch.state.agents
    assert watch.agent().hearing == "fresh"


@given(st.lists(st.tuples(st.integers(0, 29), st.sampled_from(["", "timeout", "setting"]))))
def test_in_whatever_order_reports_come_the_newest_measurement_stands(
    arrivals: list[tuple[int, str]],
) -> None:
    watch = Watch(State(CITY, EXPECTED, ASSIGNMENTS))
    newest = -1
    for age, reason in arrivals:
        at = 29 - age
        watch.hears(NOW + 29, report(table("icmp", "gateway", {RTT: at / 1000}, reason=reason), at=NOW + at))
        if at >= newest:
            newest, expected = at, {"": "up", "timeout": "down"}.get(reason, "unknown")
            assert watch.latest().verdict == expected
        assert watch.latest().at == NOW + newest
        assert watch.latest().value(RTT) == newest / 1000
    counts = watch.state.counts
    assert counts.taken + counts.late == len(arrivals)


def unscraped(watch: Watch, received: float, heard: Report) -> list[float]:
    """The times of what no scrape shows."""
    return [one.at for one in watch.state.apply("gradasi", heard, received).unscraped]


def test_a_value_that_stays_over_half_an_interval_after_a_scrape_was_seen(watch: Watch) -> None:
    assert not unscraped(watch, NOW, report(table("icmp", "gateway")))
    watch.state.scrapes += 1
    assert not unscraped(watch, NOW + 6, report(table("icmp", "gateway"), at=NOW + 6))
    watch.state.scrapes += 1
    assert unscraped(watch, NOW + 11.9, report(table("icmp", "gateway"), at=NOW + 11)) == [NOW + 6]


def test_a_value_without_a_scrape_was_not_seen_however_long_it_stayed(watch: Watch) -> None:
    unscraped(watch, NOW, report(table("icmp", "gateway")))
    assert unscraped(watch, NOW + 100, report(table("icmp", "gateway"), at=NOW + 100)) == [NOW]


def test_no_scrape_shows_what_was_late(watch: Watch) -> None:
    assert unscraped(watch, NOW + 31, report(table("icmp", "gateway"), at=NOW)) == [NOW]
    assert not unscraped(watch, NOW + 31, report(table("icmp", "gateway"), at=NOW + 30))
    watch.state.scrapes += 1
    assert unscraped(watch, NOW + 50, report(table("icmp", "gateway"), at=NOW + 29)) == [NOW + 29]


def test_no_scrape_shows_what_was_replaced_at_once(watch: Watch) -> None:
    unscraped(watch, NOW + 20, report(table("icmp", "gateway"), at=NOW))
    assert unscraped(watch, NOW + 20.1, report(table("icmp", "gateway"), at=NOW + 10)) == [NOW]
    two = report(table("icmp", "gateway", age_ms=5000), table("icmp", "gateway"), at=NOW + 20)
    assert unscraped(watch, NOW + 20.2, two) == [NOW + 10, NOW + 15]


def test_of_two_measurements_of_one_time_one_goes_out(watch: Watch) -> None:
    unscraped(watch, NOW, report(table("icmp", "gateway")))
    assert not unscraped(watch, NOW, report(table("icmp", "gateway", {RTT: 0.1})))


def test_where_nothing_is_scraped_no_scrape_shows_anything() -> None:
    watch = Watch(State(CITY, EXPECTED, ASSIGNMENTS, scraped=False))
    assert unscraped(watch, NOW, report(table("icmp", "gateway"), table("icmp", "elsewhere"))) == [NOW]
    assert not watch.state.unscraped(watch.agent(), NOW)


def test_a_measurement_that_came_just_now_may_not_be_scraped_yet(watch: Watch) -> None:
    watch.hears(NOW, report(table("icmp", "gateway"), at=NOW - 1))
    assert [one.at for one in watch.state.unscraped(watch.agent(), NOW + 5.9)] == [NOW - 1]
    watch.state.scrapes += 1
    assert watch.state.unscraped(watch.agent(), NOW + 5.9)
    assert not watch.state.unscraped(watch.agent(), NOW + 6)


def test_columns_that_nobody_knows_are_not_kept(watch: Watch) -> None:
    made = table("icmp", "gateway", {RTT: 0.001, **dict.fromkeys(map("x{}".format, range(1000)), 1.0)})
    made.info = {"alias": ["uplink"], "mood": ["good"]}
    watch.hears(NOW, report(made))
    kept = watch.latest().table
    assert kept is not None
    assert (set(kept.values), set(kept.info)) == ({RTT}, {"alias"})


def test_of_many_large_tables_the_lines_are_kept_that_are_shown(watch: Watch) -> None:
    for number in range(40):
        made = table("icmp", "gateway", {RTT: float(number)}, row=f"row{number}")
        made.target, made.age_ms, made.row = ["gateway"] * 400, [0] * 400, [f"row{number}", *["same"] * 399]
        made.values = {RTT: [float(number), *[0.0] * 399]}
        watch.hears(NOW + number / 100, report(made, at=NOW + number / 100))
    rows = {name: row for (_, name), row in watch.latest().rows.items()}
    assert [rows[f"row{number}"].value(RTT) for number in range(40)] == [float(one) for one in range(40)]
    kept = {id(one): len(one) for latest in watch.agent().latest() for one in latest.tables()}
    assert sum(kept.values()) <= 2 * MAX_KEPT_LINES
