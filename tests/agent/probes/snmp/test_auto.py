"""The agent finds out which profiles fit a device, however slow it is, and looks anew after a restart."""

from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest
from msgspec.structs import replace

from agent.probes.snmp.device import SnmpDevice
from agent.probes.snmp.poll import due
from agent.probes.snmp.session import Session
from tests.agent.probes.unrestricted import measure_rows
from tests.fakes.scripted import failure_of, udp_server
from tests.servers import ber
from tests.servers.ber import number, text
from tests.servers.recorded_device import Objects, answer
from wire.probes import Snmp
from wire.profile import DeviceMatch, Profile

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one loop, one SNMP manager

AUTHORIZATION_ERROR = 16
UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
OLT = (1, 3, 6, 1, 4, 1, 99999)
OBJECTS: Objects = {
    (1, 3, 6, 1, 2, 1, 1, 1, 0): text("OLT-8"),
    (1, 3, 6, 1, 2, 1, 1, 2, 0): ber.oid(OLT),
    UPTIME: number(500, ber.TIMETICKS),
    (1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 1): text("eth0"),
    (1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 1): number(1),
    (*OLT, 1, 0): number(125),
    (*OLT, 2, 1, 3): text("gradasi"),
    (*OLT, 2, 2, 3): number(1),
}
OWN = msgspec.convert(
    {
        "title": "An OLT whose line cards suffer from polling",
        "period_seconds": 300,
        "match": {"object_ids": ["1.3.6.1.4.1.99999"]},
        "identity": {"vendor": "Lintas", "model": [{"oid": "1.3.6.1.2.1.1.1.0", "after": "OLT-"}]},
        "values": {"device_onus": [{"oid": "1.3.6.1.4.1.99999.1.0"}]},
        "tables": [
            {
                "row": ["1.3.6.1.4.1.99999.2.1"],
                "values": {"onu_up": [{"oid": "1.3.6.1.4.1.99999.2.2", "equals": [1]}]},
            }
        ],
    },
    Profile,
)


@pytest.fixture(autouse=True)
def _secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public")


def probe(port: int, timeout_seconds: float = 20.0) -> Snmp:
    own = {"olt": OWN}
    return Snmp(
        "olt", "127.0.0.1", ["auto"], "community", port=port, timeout_seconds=timeout_seconds, own=own
    )


async def test_a_slow_profile_rests_between_its_polls_and_says_how_slow_it_is() -> None:
    objects = dict(OBJECTS)
    asked: list[ber.Oid] = []

    def reply(datagram: bytes) -> list[bytes]:
        asked.extend(ber.read_request(datagram).oids)
        return answer(datagram, objects, sorted(objects))

    async with udp_server(reply) as port:
        device, *parts = await measure_rows(probe(port))
        onu = next(row for row in parts if row.row == "gradasi")
        assert (onu.values, onu.period_seconds) == ({"onu_up": 1.0}, 300)
        assert device.values["device_onus"] == 125
        asked.clear()
        objects[*OLT, 1, 0] = number(126)
        device, *parts = await measure_rows(probe(port))
        assert [row.row for row in parts] == ["eth0"]
        assert device.values["device_onus"] == 125
        assert not [oid for oid in asked if oid[: len(OLT)] == OLT]
        objects[UPTIME] = number(7, ber.TIMETICKS)
        await measure_rows(probe(port))
        device, *parts = await measure_rows(probe(port))
    assert device.values["device_onus"] == 126
    assert {row.row for row in parts} == {"eth0", "gradasi"}


async def test_a_device_that_is_another_after_a_restart_is_recognised_anew() -> None:
    objects = dict(OBJECTS)

    async with udp_server(lambda datagram: answer(datagram, objects, sorted(objects))) as port:
        device, *_ = await measure_rows(probe(port))
        assert (device.info["vendor"], device.info["model"]) == ("Lintas", "8")
        assert device.info["profiles"] == "system interfaces olt"
        objects[1, 3, 6, 1, 2, 1, 1, 2, 0] = ber.oid((1, 3, 6, 1, 4, 1, 171, 10))
        objects[UPTIME] = number(7, ber.TIMETICKS)
        await measure_rows(probe(port))
        device, *_ = await measure_rows(probe(port))
    assert (device.info["vendor"], device.info["model"]) == ("D-Link", "OLT-8")
    assert "device_onus" not in device.values


async def test_a_device_too_slow_to_be_recognised_gives_its_interfaces() -> None:
    """Each answer takes 0.2 s: the trees of all profiles take longer than a poll has."""
    replying = partial(answer, held=OBJECTS, names=sorted(OBJECTS))
    recognised = []
    async with udp_server(replying, after_seconds=0.2) as port:
        for _ in range(4):
            device, *parts = await measure_rows(probe(port, timeout_seconds=3.0))
            recognised.append(device.info.get("vendor", ""))
            assert "eth0" in [row.row for row in parts]
            assert device.values["device_uptime_seconds"] == 5
    assert (recognised[0], recognised[-1]) == ("", "Lintas")


async def test_a_profile_of_the_citys_own_that_changes_counts_in_the_next_poll() -> None:
    replying = partial(answer, held=OBJECTS, names=sorted(OBJECTS))
    async with udp_server(replying) as port:
        device, *_ = await measure_rows(probe(port))
        assert device.values["device_onus"] == 125
        halved = [msgspec.structs.replace(OWN.values["device_onus"][0], scale=0.5)]
        changed = msgspec.structs.replace(OWN, values={"device_onus": halved})
        device, *_ = await measure_rows(msgspec.structs.replace(probe(port), own={"olt": changed}))
        assert device.values["device_onus"] == 62.5
        device, *_ = await measure_rows(msgspec.structs.replace(probe(port), own={}))
    assert device.info["profiles"] == "system interfaces"
    assert "device_onus" not in device.values


async def test_two_targets_at_one_address_have_each_their_slow_profiles() -> None:
    async with udp_server(partial(answer, held=OBJECTS, names=sorted(OBJECTS))) as port:
        for target in ("olt", "olt-2"):
            _, *parts = await measure_rows(msgspec.structs.replace(probe(port), target=target))
            assert "gradasi" in [row.row for row in parts], target


async def test_a_slow_profile_takes_nothing_from_rows_that_another_profile_has_too() -> None:
    """The collector knows a row by its name: of two in one report it keeps the second."""
    table = {
        "row": ["1.3.6.1.2.1.2.2.1.2"],
        "values": {"interface_link_downs_total": [{"oid": "1.3.6.1.2.1.2.2.1.8"}]},
    }
    slow = msgspec.convert({"period_seconds": 300, "tables": [table]}, Profile)
    async with udp_server(partial(answer, held=OBJECTS, names=sorted(OBJECTS))) as port:
        asked = Snmp(
            "switch", "127.0.0.1", ["interfaces", "slow"], "community", port=port, own={"slow": slow}
        )
        _, *parts = await measure_rows(asked)
    (row,) = parts
    assert {"interface_up", "interface_link_downs_total"} <= row.values.keys()
    assert row.period_seconds == 0


async def test_a_profile_for_any_makers_device_ends_no_poll() -> None:
    anybodys = msgspec.structs.replace(OWN, match=DeviceMatch(trees=["1.3.6.1.4.1"]))
    async with udp_server(partial(answer, held=OBJECTS, names=sorted(OBJECTS))) as port:
        asked = msgspec.structs.replace(probe(port), own={"olt": anybodys})
        device, *_ = await measure_rows(asked)
    assert device.info["profiles"] == "system interfaces olt"


async def test_one_value_of_two_profiles_in_rows_of_one_name_is_one_series() -> None:
    own = {
        part: msgspec.convert(
            {
                "tables": [
                    {
                        "row": ["1.3.6.1.2.1.2.2.1.2"],
                        "values": {
                            f"{part}_up": [{"oid": "1.3.6.1.2.1.2.2.1.8"}],
                            "duty": [{"oid": "1.3.6.1.2.1.2.2.1.8", "unit": "%"}],
                        },
                    }
                ]
            },
            Profile,
        )
        for part in ("radio", "board")
    }
    async with udp_server(partial(answer, held=OBJECTS, names=sorted(OBJECTS))) as port:
        asked = Snmp("switch", "127.0.0.1", ["radio", "board"], "community", port=port, own=own)
        _, *parts = await measure_rows(asked)
    assert [row.values for row in parts] == [{"radio_up": 1, "duty:%": 1}, {"board_up": 1}]


async def test_values_of_a_slow_profile_end_where_its_next_poll_brings_none() -> None:
    """A device that falls silent each time it is asked would show the values of long ago as new."""
    device = SnmpDevice(kept={"olt": {"device_onus": 125.0}})
    session = cast(Session, SimpleNamespace(device=device))
    assert due(session, probe(161), {"olt": OWN}, 0.0) == {"olt": OWN}
    assert device.kept == {}


async def test_a_device_that_is_known_and_refuses_all_is_no_success() -> None:
    """Who it is and the values of a slow profile are of an earlier poll."""
    refuses: list[bool] = []

    def reply(datagram: bytes) -> list[bytes]:
        if not refuses:
            return answer(datagram, OBJECTS, sorted(OBJECTS))
        request = ber.read_request(datagram)
        variables = [(oid, ber.NULL) for oid in request.oids]
        return [ber.message(ber.RESPONSE, request.id, variables, numbers=(AUTHORIZATION_ERROR, 0))]

    async with udp_server(reply) as port:
        device, *_ = await measure_rows(probe(port))
        assert device.info["vendor"] == "Lintas"
        refuses.append(True)
        failed = await failure_of(probe(port))
    assert failed.reason == "refused"


async def test_a_device_without_a_profile_is_asked_each_time_who_it_is() -> None:
    descr, object_id = sorted(OBJECTS)[:2]
    bare = {oid: OBJECTS[oid] for oid in (descr, object_id)}
    stranger = replace(probe(0), own={})
    async with udp_server(partial(answer, held=bare, names=sorted(bare))) as port:
        (device,) = await measure_rows(replace(stranger, port=port, timeout_seconds=3.0))
        assert device.info["model"] == "OLT-8"
    assert (await failure_of(replace(stranger, port=port, timeout_seconds=1.0))).reason in (
        "refused",
        "timeout",
    )


async def test_of_more_rows_than_are_read_there_is_no_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.table.MAX_TOTALLED", 3)
    clients = {(*OLT, 5, number_of): number(1) for number_of in range(1, 6)}
    counting = {"column": "1.3.6.1.4.1.99999.5", "values": {"device_clients": {"of": "count"}}}
    own = {"olt": msgspec.convert({"totals": [counting]}, Profile)}
    for held, count in (
        (OBJECTS, 0),
        (OBJECTS | dict(list(clients.items())[:2]), 2),
        (OBJECTS | clients, None),
    ):
        async with udp_server(partial(answer, held=held, names=sorted(held))) as port:
            asked = Snmp("olt", "127.0.0.1", ["system", "olt"], "community", port=port, own=own)
            device, *_ = await measure_rows(asked)
        assert device.values.get("device_clients") == count
