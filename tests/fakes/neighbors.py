"""A small city whose devices see neighbours."""

from msgspec import structs

from collector.city.agents import Latest
from collector.city.state import State
from collector.inventory import Link
from tests.fakes.small_city import CITY, NOW
from wire.messages import Assignment
from wire.probes import Snmp
from wire.report import Table

LINKED = structs.replace(
    CITY,
    links={"gradasi-radio": Link(from_="gradasi", to="noc"), "dinkes-fiber": Link(from_="dinkes", to="noc")},
)
POLLS = {
    site: Assignment(version=1, probes=[Snmp("router", "10.61.9.1", ["system"], community_file="snmp")])
    for site in LINKED.sites
}


def neighbor(name: str, port: str) -> Table:
    info = {"port": [port], "name": [name], "remote_port": ["ether1"], "chassis": [""]}
    return Table("snmp", ["router"], [0], {"neighbor_info": [1.0]}, row=[f"{port} {name}"], info=info)


def seeing(*seen: tuple[str, str, str], at: float = NOW) -> State:
    made = State(LINKED, {site: frozenset({("snmp", "router")}) for site in POLLS}, POLLS)
    for site, name, port in seen:
        device: Latest = made.agents[site].probes["snmp"]["router"]
        row = device.row_of("neighbor", f"{port} {name}")
        assert row is not None
        row.take(at, neighbor(name, port), 0)
    return made
