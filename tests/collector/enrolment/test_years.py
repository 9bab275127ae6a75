"""A clock that runs on for more than a year: all renew in time, and what nobody renews has warned."""

import asyncio
import shutil
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.config import load
from agent.joining.due import due
from agent.joining.held import held_in
from agent.joining.renew import renew
from collector.authority.ca import DAY_SECONDS
from collector.enrolment.keeper import BROKER, COLLECTOR, ENROLMENT, WEB
from collector.incidents.upkeep import Look
from collector.notices.texts import PANTAU
from runtime.broker.tls import NO_CHECK_TIME
from runtime.broker.validity import file_ends
from tests.collector.enrolment.conftest import NOW, Enrolling
from tests.collector.enrolment.test_keeper import keeper
from tests.collector.enrolment.test_port import joined
from tests.fakes.played_city import PlayedCity, sample_city
from tests.free_ports import LOOPBACK, free_port
from tests.servers.mosquitto import MOSQUITTO, needs_mosquitto
from tests.system.programs import eventually, running

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
"""The library alone: the program of that name would stand between, and leave Mosquitto behind."""
needs_faketime = pytest.mark.skipif(FAKETIME is None, reason="needs faketime")

CONNECT = b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x3c\x00\x01a"
CONNACK = b"\x20\x02\x00\x00"
AGENTS, CUPBOARD = ("gradasi", "dinkes"), "posyandu"
OUT_OF_CUPBOARD_DAY = 240
"""Its certificate has ended 150 days before."""


@contextmanager
def broker(enrolling: Enrolling, folder: Path) -> Iterator[int]:
    """A Mosquitto with the keeper's files on a machine with this clock; its port."""
    port, files = free_port(), enrolling.directory / "broker"
    lines = ["user root", f"listener {port} {LOOPBACK}", "require_certificate true", "allow_anonymous false"]
    lines += [
        "use_identity_as_username true",
        f"cafile {files / 'trust.pem'}",
        f"crlfile {files / 'crl.pem'}",
    ]
    lines += [f"{key} {files / 'broker.pem'}" for key in ("certfile", "keyfile")]
    config = folder / "mosquitto.conf"
    config.write_text("\n".join([*lines, f"acl_file {files / 'acl'}", ""]))
    clock = f"@{datetime.fromtimestamp(enrolling.now, UTC):%Y-%m-%d %H:%M:%S}"
    settings = [f"LD_PRELOAD={FAKETIME}", f"FAKETIME={clock}", "TZ=UTC", "FAKETIME_DONT_FAKE_MONOTONIC=1"]
    command = ["env", *settings, MOSQUITTO, "-c", str(config)]
    with running(command, folder / "mosquitto.log") as program:
        eventually(lambda: _listens(port), why=program.said)
        yield port


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex((LOOPBACK, port)) == 0


def is_let_in(port: int, identity: Path, trust: Path) -> bool:
    """The broker judges the client's dates by its own clock; this process has another."""
    context = ssl.create_default_context(cafile=str(trust))
    context.verify_flags |= NO_CHECK_TIME
    context.load_cert_chain(identity)
    try:
        with (
            socket.create_connection((LOOPBACK, port), 10) as plain,
            context.wrap_socket(plain, server_hostname=LOOPBACK) as connection,
        ):
            connection.sendall(CONNECT)
            return connection.recv(4) == CONNACK
    except (ssl.SSLError, ConnectionError):
        return False


def renew_if_due(folder: Path, now: float) -> bool:
    """As the running agent does."""
    config = load(folder / "agent.toml")
    held = held_in(config.broker)
    assert held is not None
    assert config.enrolment is not None
    if not due(held, now, "", refused=False):
        return False
    renew(config, config.enrolment, "0.1.0", False)
    return True


@needs_mosquitto
@needs_faketime
async def test_after_400_days_a_restarted_broker_lets_all_agents_in(
    tmp_path: Path, enrolling: Enrolling
) -> None:
    enrolling.sites |= {*AGENTS, CUPBOARD}
    identities = {name: tmp_path / name / "state" / "identity" / "agent.pem" for name in enrolling.sites}
    trust = enrolling.directory / "trust.pem"
    renewals = dict.fromkeys(identities, 0)
    async with enrolling.running() as service:
        for name in identities:
            await joined(tmp_path / name, enrolling.invitation(name))
        first = tmp_path / "first.pem"
        shutil.copy(identities["gradasi"], first)
        for day in range(0, 401, 10):
            enrolling.now = NOW + day * DAY_SECONDS
            service.keeper.look()
            for name in identities:
                if name != CUPBOARD or day >= OUT_OF_CUPBOARD_DAY:
                    renewals[name] += await asyncio.to_thread(renew_if_due, tmp_path / name, enrolling.now)
            if day in (0, 340, 400):
                with broker(enrolling, tmp_path) as port:
                    let_in = {name for name, file in identities.items() if is_let_in(port, file, trust)}
                    assert let_in == set(identities), (day, (tmp_path / "mosquitto.log").read_text())
                    assert is_let_in(port, first, trust) == (day == 0)
    assert renewals == {"gradasi": 6, "dinkes": 6, CUPBOARD: 3}


def test_what_nobody_renews_has_warned_with_its_owner_after_335_days(enrolling: Enrolling) -> None:
    kept, state = keeper(enrolling), PlayedCity(sample_city()).state
    kept.look()
    every: dict[str, float | None] = {"revocation list": kept.list_ends}
    every |= {own.kind: file_ends(str(kept.path(own))) for own in (BROKER, COLLECTOR, ENROLMENT, WEB)}
    ends = {name: at for name, at in every.items() if at is not None}
    assert len(ends) == 5
    seen: dict[str, list[str]] = {f"pantau/{name}": [] for name in ends}
    look = Look()
    for day in range(336):
        for one in look(state, ends, (), NOW + day * DAY_SECONDS):
            if one.severity not in seen[one.subject.root]:
                seen[one.subject.root].append(one.severity)
    assert all(severities == ["info", "warning", "critical"] for severities in seen.values())
    assert seen.keys() <= PANTAU.keys()
