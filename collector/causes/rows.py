"""Rows of devices that are about the link of a site: ports, radios, optical modules, ONUs, PoE."""

from collections import Counter
from collections.abc import Iterator, Mapping

from collector.causes.followed import RowKey
from collector.causes.levels import Levels
from collector.causes.row_names import RowNames, Whose
from collector.causes.site_memory import PORT_PAUSE_SECONDS, LineMemory, OnuState, SiteMemory
from collector.inventory import Medium
from wire.metrics import part_of
from wire.report import Report, Table

PERIODS = 2.5
"""Readings of one row are no further apart than so many of its periods."""
SIGNALS_KEPT = 4
"""The rows of one site that have a level."""
READINGS_KEPT = 12
ROWS_OF_A_SITE = 4
"""So many rows are remembered for each site, on average: ports by their alias, radios without a name."""
OF_TEXTS = ("description", "remote", "alias", "ssid")
"""The columns of text that may name a site, those that say most first. The row's own name comes last."""
SENDS = ("ap", "access", "bridge", "master", "multi")
"""A radio whose mode begins like this is no end that reaches upwards."""
DEAF_DBM = -95.0
"""A radio without a far end says no signal, or so little."""
PARTS = frozenset({"interface", "radio", "port", "onu"})
UPWARDS: Mapping[str, tuple[str, Medium]] = {
    "radio": ("radio_signal_dbm", "radio"),
    "port": ("optical_receive_power_dbm", "fiber"),
}


class LinkRows:
    """`take` puts each row of a table into the memory of its site, and names the sites that changed."""

    def __init__(self, names: RowNames) -> None:
        self._names = names
        self._ports: dict[RowKey, Whose] = {}
        self._guessed: set[RowKey] = set()
        self._room = 0

    def take(
        self, sites: Mapping[str, SiteMemory], agent: str, report: Report, table: Table
    ) -> Iterator[str]:
        part = part_of(table.values)
        if part not in PARTS:
            return
        self._room = ROWS_OF_A_SITE * len(sites)
        pause = max(PORT_PAUSE_SECONDS, PERIODS * table.period_seconds)
        for line, whose in self._about_links(agent, part, table):
            at = report.measured_at(table.age_ms[line])
            site = sites.get(whose.site)
            if (
                at is not None
                and site is not None
                and _Row(agent, table, line, at, pause).into(site, whose, part)
            ):
                yield whose.site

    def _about_links(self, agent: str, part: str, table: Table) -> Iterator[tuple[int, Whose]]:
        """The lines of which it is known whose link they are about."""
        columns = [table.info[name] for name in OF_TEXTS if name in table.info]
        nameless = []
        for line, row in enumerate(table.row):
            whose = self._names.whose(agent, (*(column[line] for column in columns), row))
            if part == "interface":
                self._remember(RowKey(agent, table.target[line], row), whose)
            elif whose is None:
                whose = self._ports.get(RowKey(agent, table.target[line], row))
            if whose is None:
                nameless.append(line)
            elif not (whose.own and _sends(table, line)):
                yield line, whose
        if part in UPWARDS:
            yield from self._only_ones(agent, *UPWARDS[part], table, nameless)

    def _remember(self, key: RowKey, whose: Whose | None) -> None:
        """Other rows of the port have no alias of their own."""
        if whose is not None and len(self._ports) < self._room:
            self._ports[key] = whose
        elif whose is None:
            self._ports.pop(key, None)

    def _only_ones(
        self, agent: str, name: str, medium: Medium, table: Table, lines: list[int]
    ) -> Iterator[tuple[int, Whose]]:
        """A device with one radio that reaches upwards, or one lit port, where no other such link is.

        It stays that one while it says no level.
        """
        if not self._names.only_way(agent, medium):
            return
        keys = {line: RowKey(agent, table.target[line], table.row[line]) for line in lines}
        having = [
            line
            for line in lines
            if (_cell(table, name, line) is not None or keys[line] in self._guessed)
            and not _sends(table, line)
        ]
        of_device = Counter(table.target[line] for line in having)
        for line in having:
            if of_device[table.target[line]] == 1:
                if len(self._guessed) < self._room:
                    self._guessed.add(keys[line])
                yield line, Whose(agent, own=True, guessed=True)


class _Row:
    """One line of a table, read at that time."""

    __slots__ = ("_at", "_key", "_line", "_pause", "_table")

    def __init__(self, agent: str, table: Table, line: int, at: float, pause: float) -> None:
        self._key = RowKey(agent, table.target[line], table.row[line])
        self._table, self._line, self._at, self._pause = table, line, at, pause

    def into(self, site: SiteMemory, whose: Whose, part: str) -> bool:
        """True if the state of the ONU or of the radio's feeding changed."""
        if part == "interface":
            up = self._cell("interface_up")
            if up is not None and not whose.own:
                site.port.add(self._at, up == 1, self._pause)
            return False
        memory = site.line = site.line or LineMemory()
        match part:
            case "onu":
                return not whose.own and self._onu(memory)
            case "radio":
                self._radio(memory, whose)
                return False
        return self._port(site, memory, whose)

    def _onu(self, memory: LineMemory) -> bool:
        for name in ("onu_receive_power_dbm", "onu_olt_receive_power_dbm"):
            level = self._cell(name)
            if level is not None:
                _levels(memory.lights, self._key).add(self._at, level, self._pause)
                break
        up = self._cell("onu_up")
        if up is None:
            return False
        changed = memory.onu.add(self._key, self._at, OnuState(up == 1, self._last_down()), self._pause)
        if memory.onu.key == self._key:
            memory.onu_read = sorted([*memory.onu_read, self._at])[-READINGS_KEPT:]
        return changed

    def _radio(self, memory: LineMemory, whose: Whose) -> None:
        known = memory.nameless if whose.guessed else memory.signals
        level, up = self._cell("radio_signal_dbm"), self._cell("radio_up")
        heard = level is not None and level > DEAF_DBM
        if level is not None and heard:
            _levels(known, self._key).add(self._at, level, self._pause)
        if whose.own and self._key in known:
            connected = heard if up is None else up == 1
            memory.far_end.add(self._key, self._at, connected, self._pause)

    def _port(self, site: SiteMemory, memory: LineMemory, whose: Whose) -> bool:
        level, dark, fed = map(
            self._cell, ("optical_receive_power_dbm", "optical_loss_of_signal", "poe_delivering")
        )
        if level is not None:
            known = memory.nameless if whose.guessed else memory.lights
            _levels(known, self._key).add(self._at, level, self._pause)
        if dark is not None and whose.own:
            memory.light.add(self._key, self._at, dark != 1, self._pause)
        elif dark is not None:
            site.port.add(self._at, dark != 1, self._pause)
        if fed is None:
            return False
        poe = memory.poe_here if whose.own else memory.poe_above
        return poe.add(self._key, self._at, fed == 1, self._pause)

    def _last_down(self) -> str:
        causes = ("dying_gasp", "los", "other")
        return next((cause for cause in causes if self._cell(f"onu_last_down_{cause}") == 1), "")

    def _cell(self, name: str) -> float | None:
        return _cell(self._table, name, self._line)


def _levels(known: dict[RowKey, Levels], key: RowKey) -> Levels:
    """Those of the row. The row that was read least lately gives way to a new one."""
    if key not in known and len(known) >= SIGNALS_KEPT:
        del known[min(known, key=lambda one: known[one].newest)]
    return known.setdefault(key, Levels())


def _sends(table: Table, line: int) -> bool:
    modes = table.info.get("mode")
    return modes is not None and modes[line].strip().lower().startswith(SENDS)


def _cell(table: Table, name: str, line: int) -> float | None:
    column = table.values.get(name)
    return column[line] if column else None
