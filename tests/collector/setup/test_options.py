"""The options of setup: parts of one's own, other folders, and what can't be."""

import io
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from collector.commands.settings import configured
from collector.setup.answers import Answers, check_state
from collector.setup.machine import check_mosquitto
from runtime.errors import UserError
from tests.collector.setup.setting_up import (
    NOTHING,
    run,
)
from tests.servers.mosquitto import needs_mosquitto

pytestmark = needs_mosquitto


def test_the_units_name_the_folders_of_this_machine(directory: Path) -> None:
    run(directory, "--name", "pantau.example", "--state", str(directory.parent / "lib" / "kota"))
    units, state = directory / "systemd", directory.parent / "lib" / "kota"
    broker = (units / "pantau-broker.service").read_text()
    assert f"install-broker-files --from {state}/authority/broker --to {directory}/mosquitto\n" in broker
    collector = (units / "pantau-collector.service").read_text()
    assert (
        f"ExecStart={sys.prefix}/bin/pantau-collector run --config {directory}/collector.toml\n" in collector
    )
    assert "StateDirectory=kota\n" in collector
    everywhere = "".join(file.read_text() for file in units.rglob("*") if file.is_file())
    assert not [usual for usual in ("/etc/pantau", "/var/lib/pantau", "/opt/pantau") if usual in everywhere]


def test_systemd_gives_no_folder_outside_of_its_own() -> None:
    answers = Answers(("pantau.example",), "/srv/pantau", "/etc/systemd/system")
    with pytest.raises(UserError, match=r"^--state: /srv/pantau: systemd makes it in /var/lib alone"):
        check_state(answers)
    check_state(replace(answers, state="/var/lib/kota"))
    check_state(replace(answers, units="/elsewhere"))


def test_a_person_at_a_terminal_is_asked_for_the_names(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("pantau.example 10.99.1.1\n"))
    run(directory)
    authority = configured(directory / "collector.toml").authority
    assert authority is not None
    assert authority.names == ["pantau.example", "10.99.1.1"]


def test_with_a_ca_of_one_s_own_there_is_no_authority(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(directory, "--own-ca")
    assert "put ca_file, certificate_file and key_file" in capsys.readouterr().out
    config = configured(directory / "collector.toml")
    assert config.authority is None
    assert config.broker.ca_file == str(directory / "ca.pem")
    assert not (directory / "state" / "authority").exists()
    assert "\n# crlfile " in (directory / "mosquitto" / "mosquitto.conf").read_text()
    assert (directory / "mosquitto" / "acl").exists()
    run(directory)
    assert capsys.readouterr().out == NOTHING


def test_with_a_broker_elsewhere_nothing_is_written_for_mosquitto(directory: Path) -> None:
    run(directory, "--own-broker", "mqtt.example:1884", "--no-prometheus")
    config = configured(directory / "collector.toml")
    assert (config.broker.host, config.broker.port, config.authority) == ("mqtt.example", 1884, None)
    assert config.history.remote_write_url == ""
    names = {file.name for file in directory.iterdir()}
    assert not names & {"mosquitto", "prometheus", "alertmanager"}
    assert {unit.name for unit in (directory / "systemd").iterdir()} == {"pantau-collector.service"}


def test_a_mosquitto_that_serves_something_else_is_not_taken_over_unasked(tmp_path: Path) -> None:
    (tmp_path / "house.conf").write_text("listener 1883\n")
    answers = Answers(("pantau.example",), "/state", "/units")
    with pytest.raises(UserError, match=r"house\.conf: Mosquitto has a configuration of its own"):
        check_mosquitto(answers, tmp_path)
    check_mosquitto(replace(answers, own_mosquitto=True), tmp_path)
    check_mosquitto(replace(answers, broker_host="mqtt.example"), tmp_path)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--name", "https://pantau.example"], "--name: 'https://pantau.example': write the name or address"),
        (["--own-broker", "mqtt.example:x"], "--own-broker: 'mqtt.example:x': 'x' is no port"),
        (["--passphrase-file", "/nowhere/at/all"], "--passphrase-file: /nowhere/at/all: No such file"),
    ],
)
def test_a_bad_option_writes_nothing(
    directory: Path, options: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(directory, *options, ends=2)
    assert capsys.readouterr().err.startswith(f"pantau-collector: {complaint}")
    assert not directory.exists()
