"""SNMPv3: keys by RFC 3414's own example, and devices whose engine or clock is not what it was."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import pytest

from agent.net.failed import Failed
from agent.probes.snmp.ber import Malformed
from agent.probes.snmp.device import Engine
from agent.probes.snmp.message import Resent
from agent.probes.snmp.security import auth_key, decrypted, priv_key
from agent.probes.snmp.usm import User, Usm
from tests.agent.probes.unrestricted import measure
from tests.fakes.scripted import udp_server
from tests.free_ports import free_port
from tests.servers import ber
from tests.servers.snmpd import needs_snmpd, snmpd, user
from wire.probes import AuthProtocol, PrivProtocol, Snmp

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one loop, one SNMP manager

ANSWER = bytes.fromhex("a20b0201070201000201003000")
ENGINE_ID = "0x80001f8804636c6f6e65"


@pytest.fixture(autouse=True)
def _secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "auth").write_text("maplesyrup\n")
    (tmp_path / "priv").write_text("pancakes-for-all\n")


@contextmanager
def device(directory: Path, boots: int, port: int = 0, engine_id: str = ENGINE_ID) -> Iterator[int]:
    """A device that has started so often."""
    (directory / "state").mkdir(parents=True)
    lines = [f"exactEngineID {engine_id}", f"engineBoots {boots}", f"oldEngineID {engine_id}"]
    with snmpd(directory, [*lines, *user("reader", "SHA-256", "maplesyrup", "pancakes-for-all")], port) as at:
        yield at


async def uptime(port: int) -> float:
    keys = {"auth_file": "auth", "priv_file": "priv"}
    probe = Snmp("device", "127.0.0.1", ["system"], user="reader", port=port, timeout_seconds=5.0, **keys)  # type: ignore[arg-type]
    return (await measure(probe))["device_uptime_seconds"]


async def test_a_key_is_made_of_a_password_as_in_rfc_3414() -> None:
    """Its appendix A.3.2."""
    made = auth_key("SHA", "maplesyrup", bytes.fromhex("000000000000000000000002"))
    assert made.asOctets().hex() == "6695febc9288e36282235fc7151f128497b38f3f"


@needs_snmpd
async def test_two_devices_of_one_engine_id_are_both_polled(tmp_path: Path) -> None:
    with device(tmp_path / "one", 40) as one, device(tmp_path / "other", 3) as other:
        for _ in range(2):
            assert await uptime(one) > 0
            assert await uptime(other) > 0
            assert all(await asyncio.gather(uptime(one), uptime(other)))


@needs_snmpd
async def test_a_device_that_has_forgotten_its_boots_is_polled_at_once(tmp_path: Path) -> None:
    port = free_port()
    with device(tmp_path / "before", 40, port):
        assert await uptime(port) > 0
    with device(tmp_path / "after", 1, port):
        assert await uptime(port) > 0


def passed_on(datagram: bytes, port: int) -> list[bytes]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as to:
        to.connect(("127.0.0.1", port))
        to.settimeout(0.5)
        to.send(datagram)
        try:
            return [to.recv(4096)]
        except TimeoutError:
            return []


@needs_snmpd
async def test_a_new_engine_id_loses_no_poll_though_the_device_reports_none(tmp_path: Path) -> None:
    """It drops requests for its old engine id without a word, as some do."""
    port, old, new = free_port(), bytes.fromhex(ENGINE_ID[2:]), ENGINE_ID[:-2] + "66"

    def mute(datagram: bytes) -> list[bytes]:
        return [] if old in datagram and renewed else passed_on(datagram, port)

    renewed = False
    async with udp_server(mute) as front:
        with device(tmp_path / "before", 4, port):
            assert await uptime(front) > 0
        renewed = True
        with device(tmp_path / "after", 1, port, engine_id=new):
            for _ in range(2):
                assert await uptime(front) > 0


@needs_snmpd
async def test_a_line_that_doubles_each_datagram_costs_no_poll(tmp_path: Path) -> None:
    with device(tmp_path / "device", 4) as port:
        async with udp_server(lambda datagram: passed_on(datagram, port) * 2) as front:
            assert await uptime(front) > 0
    with device(tmp_path / "later", 9, port):
        async with udp_server(lambda datagram: passed_on(datagram, port) * 2) as front:
            assert await uptime(front) > 0


READER = User("reader", "SHA-256", "maplesyrup")


def report(numbers: ber.Oid, *, engine: Engine, digest: bool = True) -> bytes:
    content = ber.number(7) + ber.number(0) + ber.number(0)
    counter = ber.tlv(ber.SEQUENCE, ber.oid(numbers) + ber.number(1, ber.COUNTER32))
    pdu = ber.tlv(0xA8, content + ber.tlv(ber.SEQUENCE, counter))
    message = Usm(READER, engine).wrap(pdu, 7, engine.at)
    return message if digest else message.replace(b"\x04\x01\x05", b"\x04\x01\x00", 1)


@pytest.mark.parametrize("digest", [True, False])
async def test_a_device_says_its_time_with_or_without_a_digest(digest: bool) -> None:
    ours, now = Usm(READER, Engine(b"engine", 7, 2000, 0.0)), Engine(b"engine", 8, 3, 0.0)
    with pytest.raises(Resent):
        ours.unwrap(report((1, 3, 6, 1, 6, 3, 15, 1, 1, 2, 0), engine=now, digest=digest), {7}, 0.0)
    assert ours.engine == now


@pytest.mark.parametrize(
    ("numbers", "reason", "remedy"),
    [
        ((15, 1, 1, 1, 0), "setting", "give priv_file"),
        ((15, 1, 1, 3, 0), "setting", "check user"),
        ((15, 1, 1, 5, 0), "setting", "check auth and auth_file"),
        ((15, 1, 1, 6, 0), "setting", "check priv and priv_file"),
        ((11, 2, 1, 1, 0), "setting", "give community_file"),
        ((11, 2, 1, 2, 0), "protocol", "firmware"),
        ((11, 2, 1, 3, 0), "protocol", "firmware"),
        ((12, 1, 4, 0), "setting", "default context"),
        ((12, 1, 5, 0), "setting", "default context"),
        ((99, 1), "protocol", "1.3.6.1.6.3.99.1"),
    ],
)
async def test_each_report_comes_with_its_remedy(numbers: ber.Oid, reason: str, remedy: str) -> None:
    engine = Engine(b"engine", 1, 2, 0.0)
    with pytest.raises(Failed, match=remedy) as caught:
        Usm(READER, engine).unwrap(report((1, 3, 6, 1, 6, 3, *numbers), engine=engine), {7}, 0.0)
    assert caught.value.reason == reason


@needs_snmpd
async def test_the_wall_clock_may_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    with device(tmp_path / "device", 4) as port:
        for shift in (0, -7 * 3600, 7 * 3600):
            monkeypatch.setattr(time, "time", lambda shift=shift: real() + shift)
            assert await uptime(port) > 0


@pytest.mark.parametrize("engine_id", [b"\x80\0\0\x09\x03" + bytes(27), bytes(12)])
@pytest.mark.parametrize("priv", get_args(PrivProtocol))
@pytest.mark.parametrize("auth", get_args(AuthProtocol))
async def test_a_message_comes_back_whole_also_with_zeros_in_its_engine_id(
    auth: str, priv: str, engine_id: bytes
) -> None:
    reader = User("reader", auth, "maplesyrup", "pancakes-for-all", priv)
    ours, theirs = (Usm(reader, Engine(engine_id, 1, 2, 0.0)) for _ in range(2))
    salts = set()
    for _ in range(3):
        answer = theirs.wrap(ANSWER, 7, 0.0)
        assert answer.count(engine_id) == 1
        found = ours.unwrap(answer, {7}, 0.0)
        assert found is not None
        assert found.id == 7
        salts.add(answer)
    assert len(salts) == 3


async def test_a_cipher_text_of_another_length_or_salt_than_the_ciphers_is_malformed() -> None:
    key = priv_key("SHA", "DES", "pancakes-for-all", b"engine")
    for salt, octets in ((b"salt", bytes(16)), (bytes(8), bytes(15))):
        with pytest.raises(Malformed):
            decrypted(key, "DES", 1, 2, salt, octets)


async def test_an_answer_that_was_changed_on_its_way_is_none() -> None:
    ours = Usm(User("reader", "SHA-256", "maplesyrup", "pancakes-for-all"), Engine(b"engine", 1, 2, 0.0))
    theirs = Usm(User("reader", "SHA-256", "maplesyrup", "pancakes-for-all"), Engine(b"engine", 1, 2, 0.0))
    answer = theirs.wrap(ANSWER, 7, 0.0)
    found = ours.unwrap(answer, {7}, 0.0)
    assert found is not None
    assert found.id == 7
    for place in range(len(answer)):
        changed = bytearray(answer)
        changed[place] ^= 1
        try:
            assert ours.unwrap(bytes(changed), {7}, 0.0) is None
        except Malformed:
            continue
