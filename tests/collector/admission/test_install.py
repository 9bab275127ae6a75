"""The broker's files reach a real Mosquitto only when they are good, and no session ends."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiomqtt import Client, TLSParameters

from collector.admission.acl import acl
from collector.admission.files import FILES, write_files
from collector.admission.install import BadBrokerFiles, install
from collector.authority.ca import make_ca
from collector.authority.own import make_own
from tests.servers.mosquitto import Mosquitto, mosquitto, needs_mosquitto

HOUR_SECONDS = 3600.0


class Room:
    """A control room's files: `source` is the collector's folder, `target` Mosquitto's."""

    def __init__(self, folder: Path, now: float) -> None:
        self.now = now
        self.ca = make_ca("Pontianak", now)
        self.source, self.target = folder / "source", folder / "target"
        self.source.mkdir()
        self.write()

    def write(self, **others: bytes) -> None:
        ca = self.ca
        contents = {
            "trust.pem": ca.pem.encode(),
            "broker.pem": make_own("broker", "broker", ["127.0.0.1"], ca, "", self.now).pem,
            "crl.pem": ca.crl([], self.now, 30, 1),
            "acl": acl().encode(),
        }
        write_files(self.source, contents | {name.replace("_", "."): value for name, value in others.items()})

    def options(self) -> list[str]:
        target = self.target
        return [
            f"cafile {target / 'trust.pem'}",
            f"certfile {target / 'broker.pem'}",
            f"keyfile {target / 'broker.pem'}",
            f"crlfile {target / 'crl.pem'}",
            f"acl_file {target / 'acl'}",
            "require_certificate true",
            "use_identity_as_username true",
            "use_username_as_clientid true",
            "allow_anonymous false",
        ]

    def client_file(self, name: str) -> Path:
        file = self.source / f"{name}.pem"
        file.write_bytes(make_own("agent", name, [], self.ca, "", self.now).pem)
        return file

    def client(self, broker: Mosquitto, name: str) -> Client:
        file = self.client_file(name)
        tls = TLSParameters(ca_certs=str(self.target / "trust.pem"), certfile=str(file), keyfile=str(file))
        return Client("127.0.0.1", broker.port, tls_params=tls, timeout=5)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, time.time() - HOUR_SECONDS)


def nothing() -> str:
    return ""


def reloading(broker: Mosquitto) -> Callable[[], str]:
    def reload() -> str:
        broker.reload()
        return ""

    return reload


@needs_mosquitto
async def test_new_files_are_loaded_and_the_sessions_stay(room: Room, tmp_path: Path) -> None:
    install(room.source, room.target, "", nothing)
    with mosquitto(tmp_path / "broker", room.options()) as broker:
        async with room.client(broker, "gradasi") as live:
            room.write()
            done = await asyncio.to_thread(install, room.source, room.target, "", reloading(broker))
            assert done.changed
            async with room.client(broker, "dinkes"):
                await live.publish("pantau/v1/gradasi/report", b"x", 1)
    assert broker.log().count("New client connected") == 2


@needs_mosquitto
def test_the_same_files_again_change_nothing(room: Room) -> None:
    assert install(room.source, room.target, "", nothing).changed
    before = {name: (room.target / name).stat().st_mtime_ns for name in FILES}
    assert not install(room.source, room.target, "", nothing).changed
    assert {name: (room.target / name).stat().st_mtime_ns for name in FILES} == before


@needs_mosquitto
@pytest.mark.parametrize(
    ("file", "contents"),
    [
        ("broker_pem", b"rubbish"),
        ("trust_pem", b"rubbish"),
        ("crl_pem", b"rubbish"),
        ("acl", b"user _collector\nnonsense of a line\n"),
    ],
)
def test_a_bad_file_leaves_the_old_ones(room: Room, file: str, contents: bytes) -> None:
    install(room.source, room.target, "", nothing)
    before = {name: (room.target / name).read_bytes() for name in FILES}
    room.write(**{file: contents})
    with pytest.raises(BadBrokerFiles, match="the old ones stay"):
        install(room.source, room.target, "", nothing)
    assert {name: (room.target / name).read_bytes() for name in FILES} == before
    assert not list(room.target.glob(".check-*"))


@needs_mosquitto
def test_a_certificate_of_another_authority_is_found_out(room: Room) -> None:
    other = make_ca("elsewhere", room.now)
    room.write(trust_pem=other.pem.encode(), crl_pem=other.crl([], room.now, 30, 1))
    with pytest.raises(BadBrokerFiles, match="its TLS does not work"):
        install(room.source, room.target, "", nothing)


def test_files_that_are_being_written_wait(room: Room) -> None:
    (room.source / "acl").write_text("half")
    with pytest.raises(BadBrokerFiles, match="is writing these files; try again"):
        install(room.source, room.target, "", nothing)


@needs_mosquitto
def test_a_reload_that_failed_is_tried_again(room: Room) -> None:
    with pytest.raises(BadBrokerFiles, match="has not loaded them: it sleeps"):
        install(room.source, room.target, "", lambda: "it sleeps")
    assert install(room.source, room.target, "", nothing).changed


def test_a_denied_agent_stands_before_the_patterns() -> None:
    text = acl(["gradasi"])
    assert text.index("user gradasi\ntopic deny #") < text.index("pattern write")
    assert "gradasi" not in acl()
