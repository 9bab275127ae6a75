"""The neighbours in the state of the city, each with the site that it is, as far as its name tells. Pure."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from collector.city.agents import AgentState, Latest
from collector.neighbors.identities import Identities

NEIGHBOR, INTERFACE = "neighbor", "interface"


class SeenNeighbor(Struct, frozen=True):
    """A device of `site` sees at its port one that calls itself `name`. `is_site` is "" where that fits no
    site; `may_be` has the sites where it fits several. `alias` is that of the port.
    """

    site: str
    device: str
    port: str
    name: str
    remote_port: str = ""
    chassis: str = ""
    alias: str = ""
    is_site: str = ""
    may_be: list[str] = []


def observed(agents: Iterable[AgentState], identities: Identities, now: float) -> Iterator[SeenNeighbor]:
    """Those of fresh measurements alone: a neighbour of yesterday proves nothing."""
    for agent in agents:
        for device, latest in agent.probes.get("snmp", {}).items():
            for row in latest.rows_of(NEIGHBOR):
                if row.fresh(now) and not row.reason:
                    yield _seen(agent.id, device, row, latest, identities)


def _seen(site: str, device: str, row: Latest, latest: Latest, identities: Identities) -> SeenNeighbor:
    port, name = _text(row, "port"), _text(row, "name")
    interface = latest.rows.get((INTERFACE, port))
    found = sorted(identities.sites(name))
    return SeenNeighbor(
        site,
        device,
        port or _port_in(row.row, name),
        name,
        _text(row, "remote_port"),
        _text(row, "chassis"),
        _text(interface, "alias") if interface else "",
        found[0] if len(found) == 1 else "",
        found if len(found) > 1 else [],
    )


def _port_in(row: str, name: str) -> str:
    """The row is "PORT NAME": the port has no name of its own there, but a number."""
    return (row.partition(name)[0].strip() if name else row) or row


def _text(row: Latest, name: str) -> str:
    column = row.table.info.get(name) if row.table else None
    return column[row.line] if column else ""
