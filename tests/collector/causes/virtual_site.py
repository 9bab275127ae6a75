"""A site with mains, a UPS, a line, a router and an agent, second by second, and the reports of its agent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from collector.city.taken import Taken
from tests.collector.causes.virtual_line import OLT_PERIOD, VirtualRadio, VirtualTerminal
from wire.report import Body, Previous, Report, Table

NEVER = float("inf")
STEP = 10.0
POLL = 60.0
AGENT_BOOTS_SECONDS = 35.0
ROUTER_BOOTS_SECONDS = 60.0

Span = tuple[float, float]


@dataclass
class VirtualSite:
    """`mains_off`, `cut` and `hangs` are its troubles. A person switches agent and router off at `switched`.

    `agent_ups`, `router_ups` and `ont_ups` say which gear the UPS feeds, for `runtime` seconds. `terminal` is
    its ONU as the agent above reads it, `radio` its own radio as its own agent does.
    """

    id: str
    runtime: float = 0.0
    agent_ups: bool = False
    router_ups: bool = False
    ont_ups: bool = False
    polls_ups: bool = False
    polls_router: bool = False
    keeps_spool: bool = True
    skew: float = 0.0
    estimate: float = 1.0
    mains_off: Span = (NEVER, NEVER)
    cut: Span = (NEVER, NEVER)
    hangs: Span = (NEVER, NEVER)
    switched: float = NEVER
    booted: float = 0.0
    terminal: VirtualTerminal | None = None
    radio: VirtualRadio | None = None
    parent: "VirtualSite | None" = None
    children: list[str] = field(default_factory=list)
    terminals: "list[VirtualSite]" = field(default_factory=list)
    olt_phase: float = 0.0

    def has_power(self, at: float, on_ups: bool) -> bool:
        off, on = self.mains_off
        return not off <= at < on or (on_ups and at < off + self.runtime)

    def lost_power(self, on_ups: bool) -> bool:
        """Did the gear go dark at the end, in spite of a UPS?"""
        off, on = self.mains_off
        return off < NEVER and not (on_ups and on <= off + self.runtime)

    def runs(self, at: float, on_ups: bool, boots: float) -> bool:
        """The gear has power, and had it for as long as it takes to boot."""
        on = self.mains_off[1]
        starting = self.lost_power(on_ups) and on <= at < on + boots
        return self.has_power(at, on_ups) and not starting

    def router(self, at: float) -> bool:
        hung = self.hangs[0] <= at < self.hangs[1]
        starting = self.hangs[1] <= at < self.hangs[1] + ROUTER_BOOTS_SECONDS
        away = self.switched <= at < self.switched + ROUTER_BOOTS_SECONDS
        return self.runs(at, self.router_ups, ROUTER_BOOTS_SECONDS) and not (hung or starting or away)

    def carrier(self, at: float) -> bool:
        return self.has_power(at, self.ont_ups) and not self.cut[0] <= at < self.cut[1]

    def agent(self, at: float) -> bool:
        away = self.switched <= at < self.switched + AGENT_BOOTS_SECONDS
        return self.runs(at, self.agent_ups, AGENT_BOOTS_SECONDS) and not away

    def reachable(self, at: float) -> bool:
        above = self.parent is None or self.parent.reachable(at)
        return above and self.router(at) and self.carrier(at)

    def boot(self, at: float) -> float:
        """The time at which the agent's machine started that runs at this time."""
        starts = [self.booted]
        if self.lost_power(self.agent_ups):
            starts.append(self.mains_off[1])
        starts.append(self.switched + 5.0)
        return max(start for start in starts if start <= at)

    def router_start(self, at: float) -> float:
        starts = [self.booted, self.hangs[1], self.switched + 5.0]
        if self.lost_power(self.router_ups):
            starts.append(self.mains_off[1])
        return max(start for start in starts if start <= at)

    def moments(self) -> Iterator[float]:
        """The times at which it may come within reach or leave it."""
        edges = [*self.mains_off, *self.cut, *self.hangs, self.switched]
        delays = (0.0, self.runtime, AGENT_BOOTS_SECONDS, ROUTER_BOOTS_SECONDS)
        yield from (edge + delay for edge in edges for delay in delays)
        if self.parent is not None:
            yield from self.parent.moments()

    def outage(self, since: float, until: float) -> Span | None:
        """The first time at which it is out of reach, and the time at which it is back."""
        times = sorted({since, *(at for at in self.moments() if since <= at < until)})
        lost = next((at for at in times if not self.reachable(at)), None)
        if lost is None:
            return None
        return lost, next((at for at in times if at > lost and self.reachable(at)), until)

    def reports(
        self, since: float, until: float, random: Random, ports: "list[VirtualSite]"
    ) -> Iterator[Taken]:
        """Each report with the time at which it comes in, which is late if the agent was cut off."""
        offset_of_steps = random.uniform(0, STEP)
        held: list[tuple[float, Report]] = []
        at, polled, olt_read = since + offset_of_steps, 0.0, since - OLT_PERIOD * self.olt_phase
        while at < until:
            if self.agent(at):
                poll = at - polled >= POLL
                polled = at if poll else polled
                report = self.report(at, random, poll, ports)
                if self.terminals and at - olt_read >= OLT_PERIOD:
                    olt_read = at
                    report.body.tables.append(self.olt(at))
                if self.reachable(at):
                    back_after = random.uniform(2, 20)
                    for measured, old in held:
                        if self.keeps_spool:
                            yield Taken(self.id, old, at + back_after, at - measured > 30, [], [])
                    held.clear()
                    yield Taken(self.id, report, at + 0.1, False, [], [])
                else:
                    held.append((at, report))
            at += STEP

    def report(self, at: float, random: Random, poll: bool, ports: "list[VirtualSite]") -> Report:
        gateway = self.router(at)
        up = self.parent.router(at) if self.parent is not None and self.reachable_above(at) else False
        tables = [
            Table(
                "icmp",
                ["gateway", "uplink"],
                [0, 0],
                {},
                ["" if gateway else "timeout", "" if up else "timeout"],
            ),
            Table("agent", ["self"], [0], {"agent_spooled_reports": [1]}),
        ]
        tables += self.devices(at, random, poll, gateway)
        if poll and ports and gateway:
            column: list[float | None] = [float(site.carrier(at)) for site in ports]
            aliases = [site.id for site in ports]
            tables.append(
                Table(
                    "snmp",
                    ["router"] * len(ports),
                    [0] * len(ports),
                    {"interface_up": column},
                    row=[f"ether{number}" for number in range(len(ports))],
                    info={"alias": aliases, "index": ["1"] * len(ports)},
                )
            )
        boot = self.boot(at)
        return Report(
            stream="00c0ffee00c0ffee",
            seq=1,
            base=1,
            boot=f"boot-{boot:.0f}",
            sent=at - boot,
            offset=boot + self.skew,
            clock="ntp",
            body=Body(at=at - boot, tables=tables, previous=self.previous()),
        )

    def olt(self, at: float) -> Table:
        """The rows of its line terminal."""
        lines = [(site, site.terminal) for site in self.terminals if site.terminal is not None]
        causes = [one.last_down(at, site.cut, site.dark_from(site.ont_ups)) for site, one in lines]
        values: dict[str, list[float | None]] = {"onu_up": [float(site.carrier(at)) for site, _ in lines]}
        for name in ("los", "dying_gasp", "other"):
            values[f"onu_last_down_{name}"] = [float(cause == name) for cause in causes]
        return Table(
            "snmp",
            ["olt"] * len(lines),
            [0] * len(lines),
            values,
            row=[f"0/1/{number}" for number in range(len(lines))],
            info={"description": [f"ONT {site.id}" for site, _ in lines]},
            period_seconds=OLT_PERIOD,
        )

    def dark_from(self, on_ups: bool) -> float:
        """The time at which the gear lost its power, NEVER if it did not."""
        return self.mains_off[0] + (self.runtime if on_ups else 0.0) if self.lost_power(on_ups) else NEVER

    def previous(self) -> Previous | None:
        """The agent names its stream of before, if its spool survived."""
        return Previous("00c0ffee00c0ffee", 7) if self.keeps_spool else None

    def reachable_above(self, at: float) -> bool:
        """Does its router reach the router above? That one may be cut off itself."""
        return self.router(at) and self.carrier(at)

    def devices(self, at: float, random: Random, poll: bool, gateway: bool) -> Iterator[Table]:
        if self.polls_ups and (gateway or random.random() < 0.5):
            off, on = self.mains_off
            lasts = off <= at < min(on, off + self.runtime)
            values: dict[str, list[float | None]] = {"ups_on_battery_seconds": [at - off if lasts else 0.0]}
            if lasts:
                values["ups_battery_remaining_seconds"] = [
                    max(60.0, 60.0 * round((off + self.runtime - at) * self.estimate / 60.0))
                ]
            yield Table("snmp", ["ups"], [0], values)
        if self.polls_router and poll and gateway:
            yield Table("snmp", ["router"], [0], {"device_uptime_seconds": [at - self.router_start(at)]})
        if self.radio is not None and poll and gateway and self.has_power(at, self.ont_ups):
            level = self.radio.level(at, self.cut)
            found: dict[str, list[float | None]] = {
                "radio_signal_dbm": [level],
                "radio_up": [float(level is not None)],
            }
            yield Table("snmp", ["cpe"], [0], found, row=["wlan1"], info={"mode": ["station"]})
