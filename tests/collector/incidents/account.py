"""Rules for any history of a city, checked when the city is calm again."""

import math
from collections.abc import Iterator
from itertools import pairwise

from collector.incidents import (
    Acknowledged,
    Affected,
    ByPerson,
    CauseSet,
    Gravity,
    Incident,
    Network,
    Noted,
    Notice,
    Transition,
    Unacknowledged,
    graver,
    gravity,
)
from collector.incidents.by_person import NOTES_KEPT
from collector.incidents.moments import FIRST_KEPT, NEWEST_KEPT
from tests.fakes.simulated_city import Outage, SimulatedCity

BACK_SECONDS = 75.0
"""A reconnect takes this long, with a report interval."""
FOUND_SECONDS = BACK_SECONDS + 25.0
"""The collector finds an outage of this length: silence, a hold of one interval, and some echoes."""
MARGIN_SECONDS = BACK_SECONDS
"""Evidence of a fact may come in this long after it."""
SHORT_SECONDS = 10.0
SILENCE_SECONDS = 30.0
BREAKS = 3
CHANGES_AT_LEAST = 4
"""A path's fifth change may come from one of before, which the collector did not see."""


TICK = 0.001
"""A notice of the moment at which a person plans work came before it."""
PLANNED_LATE_SECONDS = 60.0
"""An outage that outlasts its window is announced within this time after the window."""


class Account:
    """`agents_stopped` are the times of dead agents, `left` those of sites outside the inventory.

    `works` are the windows of maintenance, of one site each. `people` are the things that people did with
    each incident, in their order.
    """

    network: Network
    city: SimulatedCity
    agents_stopped: list[Outage]
    left: list[Outage]
    works: list[Outage]
    people: dict[str, list[ByPerson]]

    def is_right(self) -> None:
        self.everything_is_over()
        self.each_finding_was_measured()
        self.every_alarm_has_one_end()
        self.every_outage_has_one_incident()
        self.each_site_called_down_was_down()
        self.each_other_notice_has_a_reason()
        self.no_notice_is_of_a_site_that_a_wider_outage_explains()
        self.no_notice_is_of_planned_work()
        self.each_escalation_is_due_and_goes_once_to_each_receiver()
        self.each_outage_that_outlasts_its_window_is_announced()
        self.each_thing_that_a_person_did_stays()
        self.each_growth_is_remembered()
        self.no_outage_of_something_that_flaps_is_announced()
        self.each_ring_for_more_gravity_has_a_reason()

    def everything_is_over(self) -> None:
        assert self.city.open() == []

    def each_finding_was_measured(self) -> None:
        assert self.city.differences == []

    def every_alarm_has_one_end(self) -> None:
        told = self.city.told
        assert len({notice.id for notice in told}) == len(told)
        named = [id for notice in told for id in notice.merged]
        for at, notice in enumerate(told):
            id = notice.incident.id
            if notice.kind == "firing":
                ends = [n for n, one in enumerate(told) if _ends(one, id)]
                assert len(ends) == 1, (id, ends)
                assert at < ends[0], id
        firing = [notice.incident.id for notice in told if notice.kind == "firing"]
        assert len(set(firing)) == len(firing)
        assert set(named) <= set(firing)
        assert not any(notice.incident.late for notice in told)

    def every_outage_has_one_incident(self) -> None:
        """A site never has two incidents at once. An outage that was visible for long enough has one."""
        for site in self.network.sites:
            for one, next_one in pairwise(self._covered(site)):
                assert one.until is not None
                assert one.until <= next_one.since, (site, one, next_one)
        for outage in self.city.outages:
            for part in self._knowable(outage):
                assert self._covers(part) or self._unseen(part), (outage, part)

    def each_site_called_down_was_down(self) -> None:
        for incident in self.city.incidents.values():
            if incident.kind == "site_down" and not incident.late:
                for entry in incident.affected:
                    assert self._excused(entry) or self._held_up(incident, entry), (incident, entry)

    def each_other_notice_has_a_reason(self) -> None:
        for notice in self.city.firing:
            incident = notice.incident
            about = Affected(incident.root, incident.began_at, incident.opened_at)
            if incident.kind == "agent_silent":
                assert incident.root in self._dead(about) | self._out(about), incident
            elif incident.kind == "collector_blind":
                assert any(_near(Outage("", *blind), about) for blind in self.city.blind), incident
            elif incident.kind == "flapping":
                assert self._changes(incident) >= CHANGES_AT_LEAST, incident
            elif incident.kind == "degraded":
                assert self._lost_packets(incident), incident
            elif incident.kind in ("target_down", "on_backup"):
                assert self._lost_its_way(about), incident
            else:
                assert incident.kind == "site_down", incident
                silent_first = incident.reason == "silence" and self._merged(incident.id)
                excused = silent_first or self._held_up(incident, about)
                assert excused or self._failed_itself(about), incident

    def no_notice_is_of_a_site_that_a_wider_outage_explains(self) -> None:
        failed: dict[str, str] = {}
        for record in self.city.records:
            incident = record.incident
            if incident.kind != "site_down":
                continue
            if isinstance(record, Transition) and incident.status == "open":
                failed[incident.id] = incident.root
            elif isinstance(record, Transition):
                failed.pop(incident.id, None)
            elif record.kind == "firing":
                others = set(failed.values()) - {incident.root}
                blocked = others | self.network.cut_off(others)
                assert not self.network.explained(incident.root, blocked), record

    def each_ring_for_more_gravity_has_a_reason(self) -> None:
        """It is of an open incident that people know of, and graver than each notice before it."""
        known: dict[str, list[Gravity]] = {}
        for notice in self.city.told:
            if notice.kind == "worsened":
                before = known[notice.incident.id]
                assert notice.incident.status == "open", notice
                assert all(graver(notice.incident, one) for one in before), notice
            if notice.kind in ("firing", "reminder", "worsened"):
                known.setdefault(notice.incident.id, []).append(gravity(notice.incident))

    def no_notice_is_of_planned_work(self) -> None:
        """But the recovery of an incident that people know of."""
        for notice in self.city.told:
            if notice.kind != "recovered":
                assert not self._is_planned(notice.incident, notice.at), notice

    def each_escalation_is_due_and_goes_once_to_each_receiver(self) -> None:
        """It is of an incident that people know of and that nobody has in hand, long enough."""
        told: set[tuple[str, str]] = set()
        for notice in self.city.told:
            incident = notice.incident
            if notice.kind != "escalated":
                assert not notice.to, notice
                continue
            assert notice.to, notice
            assert told.isdisjoint((incident.id, name) for name in notice.to), notice
            told.update((incident.id, name) for name in notice.to)
            assert incident.announced_at is not None, notice
            assert not incident.in_hand, notice
            since = max(incident.announced_at, incident.unacknowledged_at or 0.0)
            steps = {name: step.after_minutes for step in self.network.escalation for name in step.receivers}
            first = min(step.after_minutes for step in self.network.escalation)
            assert steps.keys() >= set(notice.to), notice
            assert notice.at >= since + first * 60, notice

    def each_outage_that_outlasts_its_window_is_announced(self) -> None:
        for incident in self.city.incidents.values():
            if incident.kind == "site_down" and incident.status == "closed" and not incident.late:
                if incident.announced_at is None:
                    for since, until in self._unplanned(incident):
                        assert until - since < PLANNED_LATE_SECONDS + FOUND_SECONDS, (incident, since)
                else:
                    assert not incident.planned, incident

    def each_thing_that_a_person_did_stays(self) -> None:
        """Neither a restart, nor an end, nor a merge takes it away; and nothing else is there."""
        for id, incident in self.city.incidents.items():
            doings = self.people.get(id, [])
            hand = [one for one in doings if isinstance(one, Acknowledged | Unacknowledged)][-1:]
            holders = [one.by for one in hand if isinstance(one, Acknowledged)]
            assert incident.acknowledged_by == "".join(holders), (id, doings)
            assert incident.in_hand == bool(holders)
            notes = [one for one in doings if isinstance(one, Noted)][-NOTES_KEPT:]
            assert [note.by for note in incident.notes] == [one.by for one in notes]
            causes = [one for one in doings if isinstance(one, CauseSet)]
            assert incident.cause == (causes[-1].cause if causes else "")
        assert not any(one.kind == "reminder" and one.incident.in_hand for one in self.city.told)

    def each_growth_is_remembered(self) -> None:
        """The newest growth is that of the present sites; the moments are in order, and bounded."""
        known: dict[str, Incident] = {}
        for record in self.city.records:
            if not isinstance(record, Transition):
                continue
            incident, before = record.incident, known.get(record.incident.id)
            known[incident.id] = incident
            times = [moment.at for moment in incident.moments]
            assert times == sorted(times)
            assert len(times) <= FIRST_KEPT + NEWEST_KEPT
            sites = len(incident.affected_now)
            if before is None or incident.status != "open" or sites == len(before.affected_now):
                continue
            if record.at > incident.opened_at:
                growths = [one.after for one in incident.moments if one.what in ("grew", "shrank")]
                assert growths[-1:] == [str(sites)], (record.at, incident)

    def _unplanned(self, incident: Incident) -> Iterator[tuple[float, float]]:
        """The times in which no work covers the incident, it does not flap and the collector could see it."""
        times = [(work.since, work.until or math.inf) for work in self.works]
        times += [(entry.since, entry.until or math.inf) for entry in incident.affected]
        blind = [(since, until + MARGIN_SECONDS) for since, until in self.city.blind]
        blind += self._flapping(incident.root)
        edges = {edge for time in (*times, *blind) for edge in time}
        ended_at = incident.ended_at or math.inf
        edges = {incident.opened_at, ended_at} | {at for at in edges if incident.opened_at < at < ended_at}
        since: float | None = None
        for at, then in pairwise(sorted(edges)):
            away = any(one <= at < other for one, other in blind) or self._is_planned(incident, at)
            if away and since is not None:
                yield since, at
            since = None if away else at if since is None else since
            if then == ended_at and since is not None:
                yield since, then

    def _flapping(self, root: str) -> Iterator[tuple[float, float]]:
        """The times in which the root has an open incident of flapping."""
        since = math.inf
        for record in self.city.records:
            if isinstance(record, Transition) and record.incident.kind == "flapping":
                if record.incident.root == root and record.change == "opened":
                    since = record.at
                elif record.incident.root == root and record.change in ("closed", "merged"):
                    yield since, record.at

    def _is_planned(self, incident: Incident, at: float) -> bool:
        """Does work cover the root at that time, or every site that is affected then?"""
        works = {work.site for work in self.works if work.since + TICK < at < (work.until or math.inf)}
        affected = {
            entry.site for entry in incident.affected if entry.since <= at < (entry.until or math.inf)
        }
        return incident.kind != "collector_blind" and (
            incident.root in works or (bool(affected) and affected <= works)
        )

    def no_outage_of_something_that_flaps_is_announced(self) -> None:
        for flap in self.city.firing:
            if flap.incident.kind == "flapping":
                ended_at = self.city.incidents[flap.incident.id].ended_at or math.inf
                for notice in self.city.firing:
                    same = notice.incident.root == flap.incident.root and notice is not flap
                    if same and flap.at < notice.at < ended_at:
                        assert notice.incident.agent != flap.incident.agent, (notice, flap)

    def _changes(self, flapping: Incident) -> int:
        """How often the way of its paths broke and came back, at most half an hour before it opened."""
        sites = {flapping.root, flapping.agent} & self.network.sites.keys()
        ways = sites.union(*map(self._way_up, sites))
        first, last = flapping.opened_at - 1900.0, flapping.opened_at
        times = [
            at for one in self.city.breaks if one.site in ways for at in (one.since, one.until or math.inf)
        ]
        times += [at for one in self.agents_stopped for at in (one.since, one.until or math.inf)]
        times += [at for blind in self.city.blind for at in blind]
        return sum(first <= at <= last for at in times)

    def _lost_packets(self, degraded: Incident) -> bool:
        """Did a link on the way of its paths lose packets, for most of the time before it opened?"""
        sites = {degraded.root, degraded.agent, *(entry.site for entry in degraded.affected)}
        ways = sites.union(*(self._way_up(site) for site in sites & self.network.sites.keys()))
        lossy = [one for one in self.city.losses if one.site in ways]
        since = degraded.opened_at - 400.0
        lost = [min(one.until or math.inf, degraded.opened_at) - max(one.since, since) for one in lossy]
        return sum(max(0.0, seconds) for seconds in lost) > 60.0

    def _lost_its_way(self, root: Affected) -> bool:
        """Was the root cut, or a place on its way to the core?"""
        ways = {root.site, *self._way_up(root.site)}
        return any(one.site in ways and _near(one, root) for one in self.city.breaks)

    def _merged(self, id: str) -> bool:
        """Was the incident merged into an outage of a place above, whose silence showed a moment later?"""
        return self.city.incidents[id].status == "merged"

    def _failed_itself(self, root: Affected) -> bool:
        """Did the root fail, and no place above it?

        The collector may be wrong if the agents that could report it were dead, if the collector was blind,
        or if the outage of the place above was short.
        """
        tellers = {root.site, *self._watchers(root), *self._way_up(root.site)}
        tellers |= {agent for up in self._way_up(root.site) for agent in self._watchers(Affected(up, 0))}
        cut = any(one.site == root.site and _near(one, root) for one in self.city.breaks)
        blind = any(_near(Outage("", *blind), root) for blind in self.city.blind)
        brief = any(
            one.site in self._way_up(root.site) and _near(one, root) and _seconds(one) < SILENCE_SECONDS
            for one in self.city.breaks
        )
        return cut or blind or brief or not tellers.isdisjoint(self._dead(root))

    def _way_up(self, site: str) -> set[str]:
        above = {up for up in self.network.above(site) if up in self.network.sites}
        return above.union(*map(self._way_up, above))

    def _covered(self, site: str) -> list[Affected]:
        entries = [
            entry
            for incident in self.city.incidents.values()
            if incident.kind == "site_down" and incident.status != "merged"
            for entry in incident.affected
            if entry.site == site
        ]
        return sorted(entries, key=lambda entry: (entry.since, entry.until or 0))

    def _knowable(self, outage: Outage) -> Iterator[Affected]:
        """The parts of the outage in which the collector could know of it, if they are long enough."""
        since, end = outage.since, math.inf if outage.until is None else outage.until
        away = [(from_, until) for from_, until in self.city.blind]
        away += [(left.since, self._heard_again(left)) for left in self.left if left.site == outage.site]
        away += self._breaking_above(outage)
        for from_, until in sorted([*away, (end, math.inf)]):
            if from_ - since > FOUND_SECONDS:
                yield Affected(outage.site, since, from_)
            since = max(since, until + MARGIN_SECONDS)

    def _breaking_above(self, outage: Outage) -> Iterator[tuple[float, float]]:
        """The times in which a place above breaks again and again: each time the site may come back."""
        end = math.inf if outage.until is None else outage.until
        for up in self._way_up(outage.site):
            cuts = [
                one
                for one in self.city.breaks
                if one.site == up
                and one.since < end
                and (one.until or math.inf) > outage.since - MARGIN_SECONDS
            ]
            if len(cuts) >= BREAKS:
                yield cuts[0].since, cuts[-1].until or math.inf

    def _heard_again(self, left: Outage) -> float:
        """A site that returns to the inventory is not silent before its agent has reported."""
        quiet = [(one.since, one.until or math.inf) for one in self.city.outages if one.site == left.site]
        quiet += [(since, until) for since, until in self.city.blind]
        at = left.until or math.inf
        for since, until in sorted(quiet):
            if since < at + MARGIN_SECONDS:
                at = max(at, until)
        return at

    def _covers(self, part: Affected) -> bool:
        """Does an incident affect the site all that time, but for the time that finding it takes?"""
        at, end = part.since, part.until or part.since
        for entry in self._covered(part.site):
            if entry.since > at + FOUND_SECONDS:
                break
            at = max(at, entry.until or end)
        return at + FOUND_SECONDS > end

    def _excused(self, entry: Affected) -> bool:
        """Was the site out, or could no agent see it?

        For a short time a place above it, or an agent that probes it, may be out instead.
        """
        blind = any(_near(Outage("", *blind), entry) for blind in self.city.blind)
        short = (entry.until or 0) - entry.since < SHORT_SECONDS + blind * SILENCE_SECONDS
        out = self._out(entry)
        around = self._watchers(entry) | set(self.network.above(entry.site))
        return entry.site in out or self._unseen(entry) or (short and bool(around & out))

    def _held_up(self, incident: Incident, entry: Affected) -> bool:
        """Did a lossy link hold up the report of an agent that counts as silent, by TCP's retransmissions?"""
        ways = {entry.site, *self._way_up(entry.site)}
        lossy = any(loss.site in ways and _near(loss, entry) for loss in self.city.losses)
        return incident.reason == "silence" and lossy

    def _unseen(self, entry: Affected) -> bool:
        """Was the site's agent dead, and each agent that probes its router dead, out, or without a way there?

        No agent pings a router across the internet.
        """
        dead, out, above = self._dead(entry), self._out(entry), set(self.network.above(entry.site))
        main_is_cut = any(one.site == entry.site and _near(one, entry) for one in self.city.main_cuts)
        across = self.network.has_hidden_way(entry.site) and (main_is_cut or not above.isdisjoint(out))
        return entry.site in dead and (across or self._watchers(entry) <= dead | out)

    def _watchers(self, entry: Affected) -> set[str]:
        return {agent for agent, pairs in self.network.probes.items() if ("icmp", entry.site) in pairs}

    def _dead(self, entry: Affected) -> set[str]:
        return {stopped.site for stopped in self.agents_stopped if _near(stopped, entry)}

    def _out(self, entry: Affected) -> set[str]:
        return {outage.site for outage in self.city.outages if _near(outage, entry)}


def _ends(notice: Notice, id: str) -> bool:
    return id in notice.merged or (notice.kind == "recovered" and notice.incident.id == id)


def _seconds(outage: Outage) -> float:
    return (outage.until or math.inf) - outage.since


def _near(outage: Outage, entry: Affected) -> bool:
    until = math.inf if outage.until is None else outage.until
    return entry.since < until + MARGIN_SECONDS and outage.since < (entry.until or 0) + MARGIN_SECONDS
