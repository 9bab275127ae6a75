"""Pysnmp's manager as a second opinion, against snmpd, and what becomes of two opinions."""

from pathlib import Path

import pytest

from agent.net.allow import UNRESTRICTED
from agent.probes.snmp.opinion import compared, second_opinion
from tests.fakes.scripted import udp_server
from tests.free_ports import free_port
from tests.servers import ber
from tests.servers.snmpd import COMMUNITY, needs_snmpd, snmpd, user
from wire.probes import PrivProtocol, Snmp

SEEN: dict[str, str | int] = {"sysDescr": "RouterOS", "sysObjectID": "1.3.6.1.4.1.14988.1", "sysUpTime": 4200}
TOLD = "sysDescr RouterOS, sysObjectID 1.3.6.1.4.1.14988.1, sysUpTime"


@pytest.fixture(autouse=True)
def _secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    for name, secret in (("community", COMMUNITY), ("auth", "maplesyrup"), ("priv", "pancakes-for-all")):
        (tmp_path / name).write_text(secret)


def by_community(port: int, address: str = "127.0.0.1", secret: str = "community") -> Snmp:
    return Snmp("device", address, ["system"], community_file=secret, port=port)


@needs_snmpd
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_pysnmp_agrees_with_what_the_agent_reads(tmp_path: Path, address: str) -> None:
    with snmpd(tmp_path) as port:
        opinion = await second_opinion(by_community(port, address), UNRESTRICTED)
    assert opinion is not None
    assert opinion[0] == "pysnmp agrees"
    assert opinion[1].startswith("sysDescr Linux ")


@needs_snmpd
@pytest.mark.parametrize("priv", ["DES", "AES-128", "AES-256", "AES-256-C"])
async def test_pysnmp_is_asked_as_the_same_user(tmp_path: Path, priv: PrivProtocol) -> None:
    secrets = ("maplesyrup", "pancakes-for-all", "AES" if priv == "AES-128" else priv)
    with snmpd(tmp_path, user("reader", "SHA", *secrets)) as port:
        probe = Snmp(
            "device",
            "127.0.0.1",
            ["system"],
            user="reader",
            auth="SHA",
            auth_file="auth",
            priv=priv,
            priv_file="priv",
            port=port,
        )
        opinion = await second_opinion(probe, UNRESTRICTED)
    assert opinion is not None
    assert opinion[0] == "pysnmp agrees", opinion


async def test_an_object_that_the_device_lacks_is_none_for_both() -> None:
    def reply(datagram: bytes) -> list[bytes]:
        request = ber.read_request(datagram)
        is_uptime = {oid: oid == (1, 3, 6, 1, 2, 1, 1, 3, 0) for oid in request.oids}
        uptime = ber.number(100, ber.TIMETICKS)
        found = [(oid, uptime if is_uptime[oid] else ber.NO_SUCH_INSTANCE) for oid in request.oids]
        return [ber.message(ber.RESPONSE, request.id, found, request.community)]

    async with udp_server(reply) as port:
        assert await second_opinion(by_community(port), UNRESTRICTED) == ("pysnmp agrees", "sysUpTime 100")


async def test_where_neither_reads_anything_pysnmp_agrees_and_says_why() -> None:
    assert await second_opinion(by_community(free_port()), UNRESTRICTED) == (
        "pysnmp agrees",
        "it reads nothing: No SNMP response received before timeout",
    )


async def test_without_a_secret_nobody_is_asked() -> None:
    assert await second_opinion(by_community(free_port(), secret="absent"), UNRESTRICTED) is None


def test_a_disagreement_names_what_each_reads() -> None:
    assert compared(SEEN, SEEN | {"sysUpTime": 4300}) == ("pysnmp agrees", f"{TOLD} 4300")
    assert compared(SEEN | {"sysUpTime": 2**32 - 10}, SEEN | {"sysUpTime": 40})[0] == "pysnmp agrees"
    assert compared(SEEN, SEEN | {"sysUpTime": 5200}) == (
        "pysnmp differs",
        "sysUpTime: it reads 5200, the agent 4200",
    )
    assert compared({"sysDescr": "a"}, SEEN | {"sysDescr": "a"})[1].startswith(
        "sysObjectID: it reads 1.3.6.1.4.1.14988.1, the agent nothing; sysUpTime"
    )
    assert compared(SEEN, "it broke") == ("pysnmp differs", "it reads nothing: it broke")
    assert compared("no answer", SEEN) == ("pysnmp differs", f"it reads {TOLD} 4200")
