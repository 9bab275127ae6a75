"""Each agent's work, out of the city as configured. Pure; the order of the rows does not matter."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import asdict, replace

from collector.inventory import City, Topology, Watching, watching
from collector.inventory.polling import own_profiles, sorts
from collector.inventory.targets import GATEWAY, INTERNET, RESOLVER, UPLINK, numbered
from wire.messages import VERSIONS_AHEAD, Assignment
from wire.probes import Dns, Http, Icmp, Probe, Snmp, kind

Pair = tuple[str, str]
"""Kind and target, the identity of a probe."""

DNS_PERIOD_SECONDS = 10.0
METERED_DNS_PERIOD_SECONDS = 60.0
METERED_HTTP_PERIOD_SECONDS = 900.0


class Watched(NamedTuple):
    """The evidence for a site's outage: the agents `by` ping its router, and its own agent is silent.

    Where `by` is empty, silence is the only evidence, after `silence_seconds`.
    """

    by: tuple[str, ...]
    silence_seconds: float


def assignments(city: City, version: int) -> dict[str, Assignment]:
    """By agent, which is by site."""
    return Compiler(city).assignments(version)


def watched(city: City) -> dict[str, Watched]:
    """By site."""
    return Compiler(city).watched()


def expected(work: Mapping[str, Assignment]) -> dict[str, frozenset[Pair]]:
    """The probes that each agent must report, without its own vitals."""
    return {agent: frozenset(map(pair, assignment.probes)) for agent, assignment in work.items()}


def overtaken(
    sent: Mapping[str, Assignment], reported: Mapping[str, int], version: int
) -> dict[str, Assignment]:
    """The assignments that agents refuse since they report a newer one, each with a higher version.

    `version` is our own. An agent's is of the time before the clock here was set back, or forged.
    """
    newer = {
        agent: replace(assignment, version=_above(version, assignment.version, reported[agent]))
        for agent, assignment in sent.items()
        if reported.get(agent, 0) > assignment.version
    }
    return {agent: assignment for agent, assignment in newer.items() if assignment != sent[agent]}


def renewed(
    work: Mapping[str, Assignment], sent: Mapping[str, Assignment], reported: Mapping[str, int]
) -> dict[str, Assignment]:
    """Each with a version above the last one that we sent to its agent, and the one that it reports."""
    return {
        agent: replace(
            assignment,
            version=_above(
                assignment.version, sent[agent].version if agent in sent else 0, reported.get(agent, 0)
            ),
        )
        for agent, assignment in work.items()
    }


def _above(own: int, sent: int, reported: int) -> int:
    """Only this collector makes versions, so it does not follow one that is far ahead of its own.

    An agent that really has such a version takes ours instead (agent/assignment.py).
    """
    return own if reported > own + VERSIONS_AHEAD else max(own, sent + 1, reported + 1)


class Compiler:
    """One city, seen from each of its sites."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._topology = Topology(city.sites, city.links)
        self._watching = {site: watching(city, self._topology, site) for site in city.sites}
        self._reachable = [site for site in sorted(city.sites) if self._topology.seen_from_above(site)]
        self._sorts = sorts(city)
        self._applications = sorted(city.applications.items())

    def assignments(self, version: int, authority: str = "") -> dict[str, Assignment]:
        """`authority` is the newest one's id, "" where the collector has none."""
        return {
            site: Assignment(version, watching.report_interval_seconds, self._work(site), authority)
            for site, watching in self._watching.items()
        }

    def watched(self) -> dict[str, Watched]:
        by: dict[str, list[str]] = {site: [] for site in self._city.sites}
        for agent in sorted(by):
            for site in self._below(agent):
                by[site].append(agent)
        return {
            site: Watched(tuple(by[site]), watching.silence_seconds)
            for site, watching in self._watching.items()
        }

    def _work(self, site: str) -> list[Probe]:
        """A site's own probe replaces its role's probe of the same kind and target."""
        return list({pair(probe): probe for probe in self._probes(site)}.values())

    def _probes(self, site: str) -> Iterator[Probe]:
        watching = self._watching[site]
        yield Icmp(GATEWAY, "@gateway", watching.local_ping_period_seconds)
        main = self._main_parent(site)
        if main and self._city.sites[main].router:
            yield Icmp(UPLINK, self._city.sites[main].router, watching.ping_period_seconds)
        yield from self._resolvers(watching)
        for name, _, address in self._city.internet.targets:
            yield Icmp(name, address, watching.ping_period_seconds)
        for other, period in sorted(self._routers(site).items()):
            yield Icmp(other, self._city.sites[other].router, period)
        yield from self._requests(site, watching)
        yield from self._devices(site)
        yield from watching.probes

    def _main_parent(self, site: str) -> str:
        """The site right above by the main way up; "" where that is the internet."""
        uplinks = self._topology.uplinks[site]
        return uplinks[0].link.to if uplinks and uplinks[0].link.to != INTERNET else ""

    def _routers(self, site: str) -> dict[str, float]:
        """The sites whose routers are pinged under their own names, and the period."""
        others = set(self._topology.parents(site)) - {self._main_parent(site)}
        above = {other: self._watching[site] for other in others if self._city.sites[other].router}
        below = {other: self._watching[other] for other in self._below(site)}
        return {other: watching.ping_period_seconds for other, watching in (above | below).items()}

    def _below(self, site: str) -> list[str]:
        """The sites whose outage this site's agent can see: its children; from a NOC, the whole city."""
        if self._city.sites[site].role == "noc":
            return [other for other in self._reachable if other != site]
        return [child for child in self._topology.children[site] if self._city.sites[child].router]

    def _resolvers(self, watching: Watching) -> Iterator[Probe]:
        period = METERED_DNS_PERIOD_SECONDS if watching.metered else DNS_PERIOD_SECONDS
        for number, address in enumerate(self._city.resolvers or ["@resolver"]):
            yield Dns(numbered(RESOLVER, number), address, self._city.lookup_name, period_seconds=period)

    def _requests(self, site: str, watching: Watching) -> Iterator[Probe]:
        for id, application in self._applications:
            if site in application.probed_from or self._city.sites[site].role in application.probed_from:
                least = METERED_HTTP_PERIOD_SECONDS if watching.metered else 0.0
                yield Http(
                    id,
                    application.url,
                    status=application.expect.status,
                    body_contains=application.expect.text,
                    redirect_hosts=application.redirect_hosts,
                    method=application.method,
                    verify_certificate=application.verify_certificate,
                    ca_file=application.ca_file,
                    max_bytes=application.max_bytes,
                    period_seconds=max(application.period_seconds, least),
                    timeout_seconds=application.timeout_seconds,
                )

    def _devices(self, site: str) -> Iterator[Probe]:
        """The site's own agent polls them: nothing crosses the way up, and a cut site loses no counters."""
        for name, device in sorted(self._city.sites[site].devices.items()):
            if device.snmp:
                polling = self._sorts[device.snmp]
                yield Snmp(name, device.address, **asdict(polling), own=own_profiles(self._city, polling))


def pair(probe: Probe) -> Pair:
    return kind(probe), probe.target
