"""Neighbours as an agent's SNMP profiles report them, in the state of the city."""

from pathlib import Path

import pytest

from collector.city.agents import Latest
from collector.neighbors import Identities, SeenNeighbor, observed
from tests.agent.probes.snmp.by_hand import IF_NAME, Written, rows, under
from tests.fakes.neighbors import LINKED, seeing
from tests.fakes.small_city import NOW
from wire.report import Table

pytestmark = pytest.mark.asyncio(loop_scope="module")

LLDP, IF_ALIAS, IF_ADMIN = "1.0.8802.1.1.2.1", "1.3.6.1.2.1.31.1.1.1.18", "1.3.6.1.2.1.2.2.1.7"


@pytest.fixture(autouse=True)
def community(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public")


async def polled(site: str, written: Written, *profiles: str) -> list[SeenNeighbor]:
    state = seeing()
    device: Latest = state.agents[site].probes["snmp"]["router"]
    for row in await rows(written, *profiles):
        part = "neighbor" if "neighbor_info" in row.values else "interface"
        if row.row and (kept := device.row_of(part, row.row, row.period_seconds)):
            values: dict[str, list[float | None]] = {name: [value] for name, value in row.values.items()}
            info = {name: [text] for name, text in row.info.items()}
            kept.take(NOW - 200, Table("snmp", ["router"], [0], values, row=[row.row], info=info), 0)
    return list(observed(state.agents.values(), Identities(LINKED), NOW))


async def test_lldp_has_the_port_its_alias_and_the_far_port() -> None:
    written = (
        under(IF_NAME, {"3": "sfp1"}) | under(IF_ALIAS, {"3": "gradasi-radio"}) | under(IF_ADMIN, {"3": 1})
    )
    written |= {f"{LLDP}.3.7.1.3.3": "sfp1"}
    written |= under(f"{LLDP}.4.1.1", {"9.120.3.1": "rtr-gradasi", "7.120.3.1": "ether1"})
    written |= {f"{LLDP}.4.1.1.5.120.3.1": bytes.fromhex("b869f4010203")}
    (seen,) = await polled("noc", written, "interfaces", "lldp")
    assert (seen.port, seen.name, seen.remote_port, seen.is_site) == (
        "sfp1",
        "rtr-gradasi",
        "ether1",
        "gradasi",
    )
    assert seen.alias == "gradasi-radio"
    assert seen.chassis


async def test_a_port_without_a_name_has_its_number() -> None:
    written = under(f"{LLDP}.4.1.1", {"9.120.3.1": "rtr-gradasi", "7.120.3.1": "ether1"})
    (seen,) = await polled("noc", written, "lldp")
    assert (seen.port, seen.name) == ("3", "rtr-gradasi")


async def test_mndp_is_read_too() -> None:
    mndp = "1.3.6.1.4.1.14988.1.1.11.1.1"
    written = under(mndp, {"8.1": 3, "6.1": "dinkes-hap", "3.1": bytes.fromhex("b869f4010203")})
    (seen,) = await polled("noc", written | under(IF_NAME, {"3": "bridge"}), "mikrotik-neighbors")
    assert (seen.port, seen.is_site) == ("bridge", "dinkes")
