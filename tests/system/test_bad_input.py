"""What a person can get wrong: one line that says what to do, exit code 2, never a traceback."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.free_ports import free_port
from tests.system.programs import Program, agent, collector, eventually
from tests.system.small_city import INVENTORY


def refused(command: list[str]) -> str:
    """What a program says that must not start."""
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip()


def configured(folder: Path, text: str, name: str = "agent.toml") -> str:
    file = folder / name
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'agent = "a"',
            "agent: 'a': Expected `str` matching regex '^[a-z0-9-]{3,32}$'",
        ),
        (
            'agent = "gradasi"\n[[probes]]\nkind = "icpm"\ntarget = "x"\naddress = "127.0.0.1"',
            "probes[0].kind: unknown kind 'icpm'; the kinds are dns, http, icmp, snmp, tcp",
        ),
        (
            'agent = "gradasi"\n[[probes]]\nkind = "tcp"\ntarget = "x"\naddress = "127.0.0.1"\nport = 70000',
            "probes[0].port: 70000: Expected `int` <= 65535",
        ),
        (
            'agent = "gradasi"\n[broker]\nca_file = "/nowhere/ca.pem"',
            "broker.ca_file: /nowhere/ca.pem is not a file that this user can read",
        ),
        (
            'agent = "gradasi"\n[allow]\nnetworks = ["10.61.0.1/16"]',
            "allow.networks: 10.61.0.1/16 has host bits set; write one like 10.61.0.0/16",
        ),
        (
            "agent =",
            'line 1: agent =: not TOML: Invalid value; write text in "double quotes", and numbers'
            " with a decimal point",
        ),
    ],
)
def test_a_wrong_setting_of_an_agent_is_named_with_its_file_and_key(
    tmp_path: Path, text: str, said: str
) -> None:
    file = configured(tmp_path, text)
    assert refused(agent("run", "--config", file)) == f"pantau-agent: {file}: {said}"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    file = str(tmp_path / "agent.toml")
    said = f"pantau-agent: {file}: No such file or directory; give another file with --config"
    assert refused(agent("run", "--config", file)) == said


def test_two_agents_cannot_share_a_directory(tmp_path: Path) -> None:
    text = f'agent = "gradasi"\ndirectory = "{tmp_path}"\n[broker]\nport = {free_port()}\n'
    file = configured(tmp_path, text)
    first = Program(agent("run", "--config", file), tmp_path / "first.log")
    try:
        eventually(lambda: "Connection refused" in first.said(), why=first.said)
        assert "in use; stop the other agent or set another directory" in refused(
            agent("run", "--config", file)
        )
    finally:
        assert first.stop() == 0, first.said()


def test_an_unreachable_broker_is_said_once_and_tried_for_ever(tmp_path: Path) -> None:
    port = free_port()
    text = f'agent = "gradasi"\ndirectory = "{tmp_path}"\n[broker]\nport = {port}\n'
    program = Program(agent("run", "--config", configured(tmp_path, text)), tmp_path / "agent.log")
    try:
        eventually(lambda: f"broker 127.0.0.1 port {port}" in program.said(), why=program.said)
        with socket.create_server(("127.0.0.1", port)) as broker:
            broker.settimeout(30)
            with broker.accept()[0]:
                assert program.said().count(f"broker 127.0.0.1 port {port}") == 1
    finally:
        assert program.stop() == 0, program.said()


def collector_config(folder: Path, more: str = "") -> str:
    (folder / "inventory").mkdir(exist_ok=True)
    (folder / "inventory" / "city.toml").write_text(INVENTORY)
    return configured(folder, more or f"[web]\nport = {free_port()}\n", "collector.toml")


def test_a_web_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        file = collector_config(tmp_path, f"[web]\nport = {port}\n")
        assert refused(collector("run", "--config", file)) == (
            f"pantau-collector: web.port: {port}: Address already in use on 127.0.0.1; "
            "stop what listens there or choose another"
        )


def test_a_broker_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = collector(
            "run", "--all-in-one", "--directory", str(tmp_path / "var"), "--port", str(free_port())
        )
        assert refused([*command, "--broker-port", str(port)]) == (
            f"pantau-collector: --broker-port: {port}: Address already in use on 127.0.0.1; "
            "stop what listens there or choose another"
        )


def test_a_missing_file_of_the_broker_is_named_as_seen_from_the_configuration(tmp_path: Path) -> None:
    file = collector_config(tmp_path, '[broker]\nca_file = "ca.pem"\n')
    said = (
        f"pantau-collector: {file}: broker.ca_file: {tmp_path}/ca.pem is not a file that this user can read"
    )
    assert refused(collector("run", "--config", file)) == said


def test_a_broken_database_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "pantau.sqlite").write_bytes(b"this is no database, and quite long for one" * 100)
    said = refused(collector("run", "--config", collector_config(tmp_path)))
    assert said == (
        f"pantau-collector: store sqlite:///{tmp_path}/pantau.sqlite: file is not a database; "
        "restore a backup, or move the file away: agents send again what they hold"
    )


def test_every_problem_of_an_inventory_is_told_at_once(tmp_path: Path) -> None:
    file = collector_config(tmp_path)
    (tmp_path / "inventory" / "city.toml").write_text(
        '[city]\nname = "X"\n[sites]\nA = { role = "pop", name = "a" }\nbbb = { role = "shop", name = "b" }\n'
    )
    assert len(refused(collector("run", "--config", file)).splitlines()) >= 2


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to run as nobody where ICMP is refused")
def test_where_icmp_is_refused_the_command_that_allows_it_is_told_once(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    for folder in tmp_path.parents:
        if folder.owner() == "root" and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    text = (
        f'agent = "gradasi"\ndirectory = "{tmp_path}/own"\nreport_interval_seconds = 1\n'
        f"[broker]\nport = {free_port()}\n"
        '[[probes]]\nkind = "icmp"\ntarget = "x"\naddress = "127.0.0.1"\n'
        '[allow]\nnetworks = ["127.0.0.0/8"]\n'
    )
    command = ["unshare", "--net", "setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=-all"]
    program = Program(
        [*command, *agent("run", "--config", configured(tmp_path, text))], tmp_path / "agent.log"
    )
    try:
        eventually(lambda: "ping_group_range" in program.said(), why=program.said)
        assert program.said().count("ping_group_range") == 1
    finally:
        program.stop()
