"""What each agent finds at a time, apart from chance: the evidence of one round of reports. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from collector.incidents import Evidence, Finding, ReportReceived
from collector.incidents.evidence import ReportedValues
from demo.answers import SimulatedCity
from demo.situation import Situation
from wire.messages import Assignment
from wire.probes import Icmp, kind
from wire.report import Table

Key = tuple[str, str, str]
"""Agent, kind and target of a probe."""
AFTER_SECONDS = 1800.0
"""A path that was bad shows for so long that it is well again; the limits of a metered link take 1,200 s."""


class Seen(NamedTuple):
    """One situation as the agents see it: those that report, their failed probes, their burdened paths."""

    reporting: list[str]
    failed: dict[Key, str]
    burdened: dict[tuple[str, str], str]


class Findings:
    def __init__(self, truth: SimulatedCity, assignments: Mapping[str, Assignment]) -> None:
        self.truth = truth
        self._assignments = assignments
        self._control_room = next(id for id, site in truth.city.sites.items() if site.role == "noc")
        self._situation: Situation | None = None
        self._seen = Seen([], {}, {})
        self._failed_since: dict[Key, float] = {}
        self._judged_until: dict[tuple[str, str], tuple[float, str]] = {}
        self._first = True

    @property
    def burdened(self) -> bool:
        """Whether there are paths with a burden now."""
        return bool(self._seen.burdened)

    def judged(self, at: float) -> bool:
        """Whether there are paths whose values are worth judging: those with a burden, or with one lately."""
        return any(until >= at for until, _ in self._judged_until.values())

    def reports(self, at: float, changed_at: float) -> Iterator[Evidence]:
        """The evidence of the reports that come in now. The situation is the same since `changed_at`."""
        seen = self._look(at)
        for path, address in seen.burdened.items():
            self._judged_until[path] = at + AFTER_SECONDS, address
        reporting = set(seen.reporting)
        for site in seen.reporting:
            yield ReportReceived(site, at)
        yield from self._found(seen, reporting, at, changed_at)
        for (site, target), (until, address) in list(self._judged_until.items()):
            if until < at:
                del self._judged_until[site, target]
            elif site in reporting and (site, "icmp", target) not in seen.failed:
                yield self._values(site, target, address, at)

    def _found(self, seen: Seen, reporting: set[str], at: float, changed_at: float) -> Iterator[Evidence]:
        for key, reason in seen.failed.items():
            if key[0] in reporting:
                yield Finding(*key, "down", at, self._failed_since.setdefault(key, changed_at), reason)
        again = [key for key in self._failed_since if key not in seen.failed and key[0] in reporting]
        for key in again:
            del self._failed_since[key]
            yield Finding(*key, "up", at, at)
        if self._first:
            self._first = False
            for site in seen.reporting:
                for probe in self._assignments[site].probes:
                    if (site, kind(probe), probe.target) not in seen.failed:
                        yield Finding(site, kind(probe), probe.target, "up", at, at)

    def _look(self, at: float) -> Seen:
        """A situation is looked at once."""
        situation = self.truth.situation(at)
        if situation is not self._situation:
            for path, address in self._seen.burdened.items():
                self._judged_until[path] = at + AFTER_SECONDS, address
            self._situation = situation
            powered = [site for site in self._assignments if self.truth.powered(site, at)]
            failed, burdened = dict[Key, str](), dict[tuple[str, str], str]()
            for site in powered:
                for probe in self._assignments[site].probes:
                    reason = self.truth.reason(site, probe, at)
                    if reason:
                        failed[site, kind(probe), probe.target] = reason
                    elif isinstance(probe, Icmp) and self.truth.quality(site, probe.address, at):
                        burdened[site, probe.target] = probe.address
            reporting = [site for site in powered if self.truth.reaches(site, self._control_room, at)]
            self._seen = Seen(reporting, failed, burdened)
        return self._seen

    def _values(self, site: str, target: str, address: str, at: float) -> ReportedValues:
        loss, rtt = self.truth.quality(site, address, at) or (0.0, 0.005)
        columns: dict[str, list[float | None]] = {
            "icmp_loss_ratio": [loss],
            "icmp_rtt_median_seconds": [rtt],
        }
        return ReportedValues(site, at, Table("icmp", [target], [0], columns))
