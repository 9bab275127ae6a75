"""A town whose devices are read: the clues about site-0, which is lost at LOST for ten minutes."""

from collections.abc import Mapping

from collector.causes import CauseMemory, Clue, Outage, Places, WeighedCause, cause_of
from collector.causes.gather import gather
from collector.city.taken import Taken
from collector.inventory.city import Medium
from tests.collector.causes.stories import town
from tests.fakes.small_city import NOW as LOST
from tests.fakes.small_city import report
from wire.report import Table

SITE, POP = "site-0", "pop-0"


def rows(
    values: Mapping[str, float | None], row: str, device: str = "cpe", period: float = 0.0, **info: str
) -> Table:
    """One row of a device."""
    return Table(
        "snmp",
        [device],
        [0],
        {name: [value] for name, value in values.items()},
        row=[row],
        info={name: [text] for name, text in info.items()},
        period_seconds=period,
    )


class LineStory:
    def __init__(self, medium: Medium = "fiber") -> None:
        self.places = Places(town(medium=medium))
        self.memory = CauseMemory(self.places)
        self.outage = Outage(
            kind="site_down", root=SITE, began_at=LOST, ended_at=LOST + 600, affected=frozenset({SITE})
        )

    def read(self, at: float, agent: str, *tables: Table) -> None:
        """At so many seconds after the loss."""
        one = report(*tables, at=LOST + at)
        self.memory.take(Taken(agent, one, LOST + at + 0.1, False, [], []))

    def onu(self, at: float, up: bool, cause: str = "", level: float | None = None) -> None:
        values = {f"onu_last_down_{one}": float(one == cause) for one in ("los", "dying_gasp", "other")}
        light = {"onu_receive_power_dbm": level}
        self.read(
            at, POP, rows({"onu_up": float(up), **values, **light}, "0/1/3:7", period=300, description=SITE)
        )

    def signal(self, at: float, level: float, agent: str = SITE) -> None:
        self.read(at, agent, rows({"radio_signal_dbm": level, "radio_up": 1}, "wlan1"))

    def clues(self) -> dict[str, Clue]:
        found = gather(self.outage, [self.outage], self.places, self.memory, LOST + 900)
        return {clue.name: clue for clue in found if clue.name != "alone"}

    def cause(self) -> WeighedCause:
        return cause_of(self.outage, [self.outage], self.places, self.memory, LOST + 900)
