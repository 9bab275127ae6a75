"""Rows of devices that are about the link of a site: ports, radios, optical modules, ONUs, PoE."""

from collections import Counter
from collections.abc import Iterator, Mapping

from collector.causes.followed import RowKey
from collector.causes.levels import Levels
from collector.causes.row_names import RowNames, Whose
from collector.causes.site_memory import PORT_PAUSE_SECONDS, LineMemory, OnuState, SiteMemory
from collector.inventory import Medium
from wire.report import Report, Table

PERIODS = 2.5
"""Readings of one row are no further apart than so many of its periods."""
SIGNALS_KEPT = 4
"""The rows of one site that have a level."""
READINGS_KEPT = 12
OF_TEXTS = ("description", "remote", "alias", "ssid")
"""The columns of text that may name a site, those that say most first. The row's own name comes last."""
SENDS = ("ap", "access", "bridge", "master", "multi")
"""A radio whose mode begins like this is no end that reaches upwards."""


class LinkRows:
    """`take` puts each row of a table into the memory of its site, and names the sites that changed."""

    def __init__(self, names: RowNames) -> None:
        self._names = names
        self._ports: dict[RowKey, Whose] = {}
        self._room = 0

    def take(
        self, sites: Mapping[str, SiteMemory], agent: str, report: Report, table: Table
    ) -> Iterator[str]:
        self._room = 4 * len(sites)
        pause = max(PORT_PAUSE_SECONDS, PERIODS * table.period_seconds)
        for line, whose in self._about_links(agent, table):
            at = report.measured_at(table.age_ms[line])
            site = sites.get(whose.site)
            if at is None or site is None:
                continue
            key = RowKey(agent, table.target[line], table.row[line])
            up = _cell(table, "interface_up", line)
            if up is not None and not whose.own:
                site.port.add(at, up == 1, pause)
            if _take_line(site, whose.own, key, table, line, at, pause):
                yield whose.site

    def _about_links(self, agent: str, table: Table) -> Iterator[tuple[int, Whose]]:
        """The lines of which it is known whose link they are about."""
        columns = [table.info[name] for name in OF_TEXTS if name in table.info]
        aliases = "interface_up" in table.values and "alias" in table.info
        nameless = []
        for line, row in enumerate(table.row):
            whose = self._names.whose(agent, (*(column[line] for column in columns), row))
            if aliases:
                self._remember(RowKey(agent, table.target[line], row), whose)
            elif whose is None:
                whose = self._ports.get(RowKey(agent, table.target[line], row))
            if whose is None:
                nameless.append(line)
            elif not (whose.own and _sends(table, line)):
                yield line, whose
        if not aliases:
            yield from self._only_ones(agent, table, nameless)

    def _remember(self, key: RowKey, whose: Whose | None) -> None:
        """Other rows of the port have no alias of their own."""
        if whose is not None and len(self._ports) < self._room:
            self._ports[key] = whose
        elif whose is None:
            self._ports.pop(key, None)

    def _only_ones(self, agent: str, table: Table, lines: list[int]) -> Iterator[tuple[int, Whose]]:
        """A device with one radio that reaches upwards, or one lit port, where no other such link is."""
        for name, medium in _UPWARDS:
            column = table.values.get(name)
            if column is None or not self._names.only_way(agent, medium):
                continue
            having = [line for line in lines if column[line] is not None and not _sends(table, line)]
            of_device = Counter(table.target[line] for line in having)
            yield from ((line, Whose(agent, True)) for line in having if of_device[table.target[line]] == 1)


_UPWARDS: tuple[tuple[str, Medium], ...] = (
    ("radio_signal_dbm", "radio"),
    ("optical_receive_power_dbm", "fiber"),
)


def _take_line(
    site: SiteMemory, own: bool, key: RowKey, table: Table, line: int, at: float, pause: float
) -> bool:
    """True if the state of the ONU or of its feeding changed."""
    memory = site.line = site.line or LineMemory()
    for name, levels in (
        ("radio_signal_dbm", memory.signals),
        ("optical_receive_power_dbm", memory.lights),
        ("onu_receive_power_dbm", memory.lights),
        ("onu_olt_receive_power_dbm", memory.lights),
    ):
        level = _cell(table, name, line)
        if level is not None:
            _levels(levels, key).add(at, level, pause)
            break
    changed = False
    up = _cell(table, "onu_up", line)
    if up is not None and not own:
        changed = memory.onu.add(key, at, OnuState(up == 1, _last_down(table, line)), pause)
        if memory.onu.key == key:
            memory.onu_read = sorted([*memory.onu_read, at])[-READINGS_KEPT:]
    fed = _cell(table, "poe_delivering", line)
    if fed is not None:
        changed |= (memory.poe_here if own else memory.poe_above).add(key, at, fed == 1, pause)
    connected = _cell(table, "radio_up", line)
    if connected is not None and own:
        memory.far_end.add(key, at, connected == 1, pause)
    dark = _cell(table, "optical_loss_of_signal", line)
    if dark is not None and own:
        memory.light.add(key, at, dark != 1, pause)
    elif dark is not None:
        site.port.add(at, dark != 1, pause)
    return changed


def _levels(known: dict[RowKey, Levels], key: RowKey) -> Levels:
    """Those of the row. The row that was read least lately gives way to a new one."""
    if key not in known and len(known) >= SIGNALS_KEPT:
        del known[min(known, key=lambda one: known[one].newest)]
    return known.setdefault(key, Levels())


def _last_down(table: Table, line: int) -> str:
    for cause in ("dying_gasp", "los", "other"):
        if _cell(table, f"onu_last_down_{cause}", line) == 1:
            return cause
    return ""


def _sends(table: Table, line: int) -> bool:
    modes = table.info.get("mode")
    return modes is not None and modes[line].strip().lower().startswith(SENDS)


def _cell(table: Table, name: str, line: int) -> float | None:
    column = table.values.get(name)
    return column[line] if column else None
