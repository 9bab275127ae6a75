"""Reports as an agent makes them, seeded: 40 echo streams, with the agent's own arithmetic and columns.

Round-trip times are a path's least delay plus log-normal queueing, a few echoes in a thousand are lost, and
counters go on from an agent that has run for days.
"""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from random import Random

from agent.probes.icmp.quality import Quality
from agent.probes.measurement import Measurement
from agent.report import bodies
from wire.report import Body, encode_body, seal
from wire.topics import topic

TARGETS = ("gateway", "uplink", "resolver", "internet", *(f"site-{number:03}" for number in range(36)))
INTERVAL_SECONDS = 10
VALUES = 8
SAMPLES = len(TARGETS) * VALUES


@dataclass(slots=True)
class Path:
    """One target as an agent sees it: 0.2 to 40 ms away. `before` are the echoes of earlier days."""

    target: str
    least_seconds: float
    queueing_seconds: float
    loss: float
    before: int
    quality: Quality = field(default_factory=Quality)
    sent: int = 0

    def echo(self, random: Random) -> None:
        self.sent += 1
        if random.random() < self.loss:
            self.quality.lost()
        else:
            queueing = self.queueing_seconds * random.lognormvariate(0.0, 0.8)
            self.quality.came_back(self.sent, self.least_seconds + queueing)

    def values(self) -> dict[str, float]:
        values = {
            f"icmp_{name}": value for name, value in asdict(self.quality.take()).items() if value is not None
        }
        lost = round(self.before * self.loss)
        values["icmp_echo_requests_total"] += self.before
        values["icmp_echo_replies_total"] += self.before - lost
        values["icmp_rtt_seconds_total"] += (self.before - lost) * (
            self.least_seconds + self.queueing_seconds * 1.38
        )
        return values


class Site:
    """An agent's reports, one after the other."""

    def __init__(self, seed: int) -> None:
        self._random = random = Random(seed)
        before = random.randrange(100_000, 1_000_000)
        self._at = float(before)
        self._paths = [
            Path(
                target,
                least_seconds=math.exp(random.uniform(math.log(0.0002), math.log(0.04))),
                queueing_seconds=math.exp(random.uniform(math.log(0.00005), math.log(0.002))),
                loss=random.choice((0.0, 0.001, 0.001, 0.005)),
                before=before,
            )
            for target in TARGETS
        ]

    def measurements(self) -> list[Measurement]:
        self._at += INTERVAL_SECONDS
        for path in self._paths:
            for _ in range(INTERVAL_SECONDS):
                path.echo(self._random)
        return [Measurement("icmp", path.target, self._at, path.values()) for path in self._paths]

    def body(self, measurements: int = len(TARGETS)) -> Body:
        (body,) = bodies(self.measurements()[:measurements], self._at)
        return body


def payloads(
    agents: int, reports: int, received: float, measurements: int = len(TARGETS)
) -> Iterator[tuple[str, bytes]]:
    """(topic, payload) of so many live reports of each agent, in the order in which they are sent."""
    sites = [Site(seed) for seed in range(agents)]
    for seq in range(1, reports + 1):
        for number, site in enumerate(sites):
            body = site.body(measurements)
            yield (
                topic(f"agent-{number:04}", "report"),
                seal(
                    encode_body(body),
                    stream="00c0ffee00c0ffee",
                    seq=seq,
                    base=seq,
                    boot="b0",
                    sent=body.at,
                    offset=round(received - body.at, 6),
                    clock="ntp",
                ),
            )
