"""SNMPv3: keys by RFC 3414's own example, and devices whose engine or clock is not what it was."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import pytest

from agent.probes.snmp.ber import Malformed
from agent.probes.snmp.device import Engine
from agent.probes.snmp.security import auth_key, decrypted, priv_key
from agent.probes.snmp.usm import User, Usm
from tests.agent.probes.unrestricted import measure
from tests.free_ports import free_port
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
def device(directory: Path, boots: int, port: int = 0) -> Iterator[int]:
    """A device of the one engine id that has started so often."""
    (directory / "state").mkdir(parents=True)
    lines = [f"exactEngineID {ENGINE_ID}", f"engineBoots {boots}", f"oldEngineID {ENGINE_ID}"]
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
