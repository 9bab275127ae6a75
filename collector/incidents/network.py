"""The city as the incidents need it: the tree of sites, each agent's probes, the delay of notices."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from msgspec import Struct

from collector.assignments.compile import expected
from collector.incidents.backed import mains_of
from collector.incidents.incident import Subject
from collector.incidents.orientation import oriented
from collector.incidents.paths.limits import Limits, limits_of
from collector.inventory import INTERNET, City, Ring, Role, watching
from collector.inventory import Topology as Tree
from collector.inventory.city import Escalation
from collector.inventory.targets import RESOLVER, numbered
from wire.messages import Assignment

APPLICATION_NOTIFY_AFTER_SECONDS = 60.0
NOTHING: frozenset[str] = frozenset()
DIGITS = "0123456789"
PING = "icmp"
"""The kind of the probes that watch routers."""
RING_OF_INTERNET = "internet/"
"""So begin the roots of incidents about the national and the international path."""
PROVIDER = "provider/"
"""The root of an incident about a provider begins with this; no other id has a slash."""
FEEDER = "feeder/"
"""So begins the root of a power cut."""
OF_PANTAU = "pantau/"
"""So begin the roots of incidents about pantau's own certificates: of its ca, broker and collector."""
MANY = "sites/many"
"""The root of the incident about all sites with the same trouble."""


class WatchedSite(Struct, frozen=True, kw_only=True):
    """A site's agent is silent after `silence_seconds` without a report.

    This is also the detection time of a site whose router no agent probes. `traits` are "provider ID" and
    "pop ID" of its main way up.
    """

    role: Role
    priority: int = 3
    district: str = ""
    notify_after_seconds: float = 60.0
    report_interval_seconds: float = 10.0
    silence_seconds: float = 30.0
    traits: frozenset[str] = NOTHING


class WatchedApplication(Struct, frozen=True, kw_only=True):
    priority: int = 3
    notify_after_seconds: float = APPLICATION_NOTIFY_AFTER_SECONDS


@dataclass(frozen=True)
class Network:
    """`uplinks` are each site's next places on its ways to the core: sites, or "internet".

    A site without uplinks is part of the core. The internet may be below sites too. `parents` has, by agent,
    the site whose router the agent probes as `uplink`. `probes` are each agent's (kind, target) pairs.
    `shared` are targets that are the same far end for all agents, as sites and applications are. Any other
    name means a target of the agent's own. `escalation` are the steps of the inventory.
    `limits` are by agent, then by kind and target. `providers` has, by site, the provider of its main way up,
    `exits` that of the link by which its traffic leaves the city. `rings` has the internet's targets.
    `mains` has, by site with a backup, the next places of its main ways; it lacks those across the internet.
    """

    sites: Mapping[str, WatchedSite]
    uplinks: Mapping[str, Collection[str]]
    probes: Mapping[str, Collection[tuple[str, str]]]
    applications: Mapping[str, WatchedApplication] = field(default_factory=dict)
    shared: AbstractSet[str] = NOTHING
    parents: Mapping[str, str] = field(default_factory=dict)
    escalation: Sequence[Escalation] = ()
    limits: Mapping[str, Mapping[tuple[str, str], Limits]] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    mains: Mapping[str, Collection[str]] = field(default_factory=dict)
    exits: Mapping[str, str] = field(default_factory=dict)
    rings: Mapping[str, Ring] = field(default_factory=dict)

    @cached_property
    def children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {place: [] for place in (*self.sites, INTERNET)}
        for place in (*sorted(self.sites), INTERNET):
            for parent in self.above(place):
                children[parent].append(place)
        return children

    @cached_property
    def _probing(self) -> dict[str, list[str]]:
        probing: dict[str, list[str]] = {application: [] for application in self.applications}
        for agent, pairs in self.probes.items():
            for application in {target for _, target in pairs} & probing.keys():
                probing[application].append(agent)
        return probing

    @cached_property
    def pings(self) -> dict[str, int]:
        """The number of targets that each agent pings."""
        return {agent: sum(kind == PING for kind, _ in pairs) for agent, pairs in self.probes.items()}

    @cached_property
    def _pinged(self) -> frozenset[str]:
        return frozenset(target for pairs in self.probes.values() for kind, target in pairs if kind == PING)

    def watched(self, site: str) -> bool:
        """Does an agent ping the site's router? The core counts as watched: the collector is there."""
        return site in self._pinged or not self.above(site)

    @cached_property
    def nocs(self) -> list[str]:
        return sorted(site for site, settings in self.sites.items() if settings.role == "noc")

    @cached_property
    def internet(self) -> list[str]:
        """The names of the targets that stand for the internet."""
        return sorted(name for name in self.shared if name.rstrip(DIGITS) == INTERNET)

    @cached_property
    def outside(self) -> list[str]:
        """Those of them outside the city: sites behind the internet come by their ways."""
        return [name for name in self.internet if self.rings.get(name) != "city"] or self.internet

    @cached_property
    def targets_of_rings(self) -> Mapping[Ring, Collection[str]]:
        """By ring of the internet, the names of its targets."""
        rings = sorted(set(self.rings.values()))
        return {ring: [name for name, its in self.rings.items() if its == ring] for ring in rings}

    @cached_property
    def has_several_exits(self) -> bool:
        """Do the sites' ways out of the city belong to more than one provider?"""
        return len(set(self.exits.values())) > 1

    @cached_property
    def behind_internet(self) -> frozenset[str]:
        """The sites whose only ways to the core pass the internet."""
        return frozenset(self.cut_off({INTERNET}))

    @cached_property
    def probing_as_uplink(self) -> dict[str, list[str]]:
        """By site, the agents that probe its router as `uplink`."""
        agents: dict[str, list[str]] = {}
        for agent, parent in sorted(self.parents.items()):
            agents.setdefault(parent, []).append(agent)
        return agents

    @cached_property
    def _depending(self) -> dict[str, frozenset[str]]:
        return {}

    def above(self, site: str) -> Collection[str]:
        return self.uplinks.get(site, ())

    def subject(self, agent: str, kind: str, target: str) -> Subject:
        """The subject of a probe's finding. A site's router, by icmp, is a target too."""
        if target in self.applications:
            return Subject("application_down", target)
        if target in self.shared or target in self.sites:
            return Subject("target_down", target, kind)
        return Subject("target_down", target, kind, agent)

    def probing(self, application: str) -> Collection[str]:
        """The agents that probe the application."""
        return self._probing.get(application, ())

    def probes_it(self, agent: str, subject: Subject) -> bool:
        """Does the agent probe that target or application?"""
        pairs = self.probes.get(agent, ())
        if subject.probe:
            return (subject.probe, subject.root) in pairs
        return any(target == subject.root for _, target in pairs)

    def has(self, subject: Subject) -> bool:
        """Does the inventory still have the subject's site, target or application?"""
        if subject.kind in ("site_down", "agent_silent"):
            return subject.root in self.sites or subject == Subject("agent_silent", "agents")
        if subject.kind in ("collector_blind", "power_cut"):
            return True
        if subject.kind == "on_backup":
            return subject.root in self.mains
        if subject.kind == "path_lost":
            ring, provider = subject.root.removeprefix(RING_OF_INTERNET), subject.root.removeprefix(PROVIDER)
            return ring in self.targets_of_rings or (bool(self.rings) and provider in self.exits.values())
        if subject.kind in ("certificate_expiry", "agent_trouble"):
            known = subject.root in self.sites or subject.root in self.applications
            return known or subject.root == MANY or subject.root.startswith(OF_PANTAU)
        if subject.kind in ("degraded", "flapping") and not subject.agent:
            provider = subject.root.removeprefix(PROVIDER)
            if provider != subject.root:
                return provider in self.providers.values()
            if subject.root in self.sites:
                return True
        if subject.kind == "degraded" and subject.agent:
            return (subject.probe, subject.root) in self.limits.get(subject.agent, ())
        return any(
            self.probes_it(agent, subject) for agent in ([subject.agent] if subject.agent else self.probes)
        )

    def cut_off(self, failed: AbstractSet[str]) -> set[str]:
        """The places that lose all their ways to the core when these fail, without the failed ones."""
        cut = self.below(failed)
        reached = [site for site in cut if not all(up in cut or up in failed for up in self.above(site))]
        while reached:
            site = reached.pop()
            if site in cut:
                cut.remove(site)
                reached += [child for child in self.children[site] if child in cut]
        return cut

    def depending(self, site: str) -> frozenset[str]:
        """The site, and all places whose only ways to the core pass it."""
        known = self._depending.get(site)
        if known is None:
            known = self._depending[site] = frozenset({site, *self.cut_off({site})})
        return known

    def has_hidden_way(self, site: str) -> bool:
        """Has the site a way across the internet beside others? Pings do not reach its router by that way."""
        above = self.above(site)
        return INTERNET in above and len(set(above)) > 1

    def ways(self, site: str) -> frozenset[str]:
        """All places on the site's ways to the core."""
        passed: set[str] = set()
        to_see = list(self.above(site))
        while to_see:
            if (up := to_see.pop()) not in passed:
                passed.add(up)
                to_see += self.above(up)
        return frozenset(passed)

    def explained(self, site: str, blocked: AbstractSet[str]) -> bool:
        """Is every next place of the site failed or cut off?"""
        above = self.above(site)
        return bool(above) and all(up in blocked for up in above)

    def causes(self, site: str, failed: AbstractSet[str], blocked: AbstractSet[str]) -> set[str]:
        """The failed places on the site's ways to the core, without those that other failures explain."""
        causes: set[str] = set()
        seen = {site}
        to_see = list(self.above(site))
        while to_see:
            up = to_see.pop()
            if up in seen or up not in blocked:
                continue
            seen.add(up)
            if up in failed and not self.explained(up, blocked):
                causes.add(up)
            else:
                to_see += self.above(up)
        return causes

    def below(self, failed: AbstractSet[str]) -> set[str]:
        """The places that have a way through one of these, without these themselves."""
        below: set[str] = set()
        to_see = list(failed)
        while to_see:
            for child in self.children.get(to_see.pop(), ()):
                if child not in below and child not in failed:
                    below.add(child)
                    to_see.append(child)
        return below


def network_of(city: City, assignments: Mapping[str, Assignment]) -> Network:
    """Make the `Network` from the inventory's city and from each agent's probes."""
    tree = Tree(city.sites, city.links)
    uplinks = oriented(
        {site: [up.link.to for up in tree.uplinks[site]] for site in city.sites},
        [site for site in city.sites if city.sites[site].role == "noc"],
    )
    return Network(
        sites=dict(_sites(city, tree)),
        uplinks=uplinks,
        probes=expected(assignments),
        applications={
            id: WatchedApplication(
                priority=application.priority,
                notify_after_seconds=0.0 if application.priority == 1 else APPLICATION_NOTIFY_AFTER_SECONDS,
            )
            for id, application in city.applications.items()
        },
        shared=frozenset(
            [target.name for target in city.internet.targets]
            + [numbered(RESOLVER, position) for position in range(len(city.resolvers))]
        ),
        parents={
            site: ways[0].link.to
            for site, ways in tree.uplinks.items()
            if ways and ways[0].link.to != INTERNET
        },
        escalation=city.escalation,
        limits=limits_of(city, tree, assignments),
        providers={
            site: ways[0].link.provider
            for site, ways in tree.uplinks.items()
            if ways and ways[0].link.provider
        },
        mains=mains_of(tree, uplinks),
        exits={site: out.provider for site in city.sites if (out := tree.way_out(site)) and out.provider},
        rings={target.name: target.ring for target in city.internet.targets},
    )


def _traits(city: City, tree: Tree, site: str) -> Iterator[str]:
    for link in tree.path(site):
        if link.provider:
            yield f"provider {link.provider}"
        if link.to in city.sites and city.sites[link.to].role == "pop":
            yield f"pop {link.to}"


def _sites(city: City, tree: Tree) -> Iterator[tuple[str, WatchedSite]]:
    for id, site in city.sites.items():
        watched = watching(city, tree, id)
        yield (
            id,
            WatchedSite(
                role=site.role,
                priority=site.priority,
                district=site.district,
                notify_after_seconds=watched.notify_after_seconds,
                report_interval_seconds=watched.report_interval_seconds,
                silence_seconds=watched.silence_seconds,
                traits=frozenset(_traits(city, tree, id)),
            ),
        )
