"""What the incidents believe is what was measured, whatever crossed on the way."""

from collector.assignments.compile import assignments, expected
from collector.city.state import State
from collector.incidents import Finding
from collector.intake.watch import Watch
from collector.inventory import City, Site
from collector.streams.ingest import Ingest
from tests.fakes.reporting import NOW, STREAM, message
from wire.report import Body, Table, encode_body, seal

CITY = City(name="Small", sites={"gradasi": Site(role="hotspot", name="Gradasi", district="Selatan")})
WORK = assignments(CITY, 1)
AHEAD = 2.0
"""The agent's clock is so far ahead of the collector's."""


class OneSite:
    """One agent and its collector; times are seconds of the collector's clock."""

    def __init__(self) -> None:
        self.state = State(CITY, expected(WORK), WORK)
        self.ingest = Ingest("epoch", self.state, {"gradasi": 10.0})
        self.watch = Watch(self.state, WORK, NOW)
        self.seq = 0

    def report(self, made: float, received: float, reason: str = "", measured: float | None = None) -> None:
        """On its gateway; `made` and `measured` are true times."""
        self.seq += 1
        age_ms = 0 if measured is None else round((made - measured) * 1000)
        table = Table("icmp", ["gateway"], [age_ms], {}, [reason] if reason else [])
        at = 5000.0 + made
        payload = seal(
            encode_body(Body(at, tables=[table])),
            stream=STREAM,
            seq=self.seq,
            base=1,
            boot="b1",
            sent=at,
            offset=NOW - 5000.0 + AHEAD,
            clock="ntp",
        )
        now = NOW + received
        self.watch.judge(self.ingest.take([message("gradasi", payload, now)], now).taken, True, now)

    def pass_until(self, second: float) -> None:
        self.watch.judge((), True, NOW + second)

    def believed(self) -> list[str]:
        return [word.state for word in self.watch.incidents.findings() if word.target == "gateway"]


def test_a_regular_report_ends_a_loss_that_an_urgent_one_brought_late() -> None:
    site = OneSite()
    site.report(made=90.0, received=90.1)
    site.report(made=98.0, received=100.0, reason="timeout")  # urgent, and two seconds on its way
    site.report(made=100.1, received=100.1, measured=98.9)
    assert site.believed() == ["up"]
    site.pass_until(200.0)
    assert site.watch.differences == 0


def test_a_difference_is_put_right_within_a_minute_and_counted() -> None:
    site = OneSite()
    site.report(made=90.0, received=90.1)
    lost = Finding("gradasi", "icmp", "gateway", "down", NOW + 91.0, NOW + 90.5, "timeout")
    site.watch.incidents.apply([lost], NOW + 91.0)
    assert site.believed() == ["down"]
    for second in (100.0, 110.0, 120.0, 130.0, 140.0, 150.0):
        site.report(made=second, received=second + 0.1)
    assert site.believed() == ["up"]
    assert site.watch.differences == 1


def test_what_is_stale_or_came_late_is_no_difference() -> None:
    site = OneSite()
    site.report(made=90.0, received=90.1)
    site.report(made=91.0, received=130.0, reason="timeout")
    site.state.tick(NOW + 130.0)
    site.pass_until(140.0)
    site.pass_until(300.0)
    assert site.watch.differences == 0
