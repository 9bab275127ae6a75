"""`pantau-collector setup` in a folder of its own: certificates, rights, and a second run."""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from collector.authority.folder import AuthorityFolder
from collector.commands.settings import configured
from collector.database.store import Store
from tests.collector.setup.setting_up import NOTHING, everything, mode, names_in, run
from tests.servers.mosquitto import needs_mosquitto
from tests.system.programs import REPOSITORY

pytestmark = needs_mosquitto


def test_a_second_run_changes_no_byte_and_says_so(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(directory, "--name", "pantau.example", "--name", "10.99.1.1")
    assert "collector.toml: written" in capsys.readouterr().out
    before = everything(directory)
    run(directory)
    assert capsys.readouterr().out == NOTHING
    assert everything(directory) == before


def test_the_keys_are_private_and_the_rest_can_be_read(directory: Path) -> None:
    run(directory, "--name", "pantau.example")
    authority = directory / "state" / "authority"
    private = [authority / "ca" / "1.key", authority / "collector.pem", authority / "enrolment.pem"]
    private += [authority / "broker" / "broker.pem", directory / "mosquitto" / "broker.pem"]
    assert {mode(file) for file in private} == {0o600}
    assert {mode(folder) for folder in (directory / "state", directory / "collector-secrets")} == {0o700}
    readable = ["collector.toml", "inventory/city.toml", "mosquitto/mosquitto.conf", "mosquitto/trust.pem"]
    readable += ["prometheus/prometheus.yml", "prometheus/rules/alerts.yml", "grafana/json/pantau-city.json"]
    assert {mode(directory / name) for name in readable} == {0o644}
    folders = [directory, *(file.parent for file in (directory / name for name in readable))]
    assert {mode(folder) for folder in folders} == {0o755}


def test_what_was_signed_is_in_the_store(directory: Path) -> None:
    run(directory, "--name", "pantau.example")
    config = configured(directory / "collector.toml")
    store = Store(config.store)
    kinds = sorted(one.kind for one in store.authority.certificates())
    store.close()
    assert kinds == ["broker", "canary", "collector", "enrolment", "web"]


def test_the_broker_s_certificate_follows_the_names(directory: Path) -> None:
    run(directory, "--name", "pantau.example")
    broker = directory / "mosquitto" / "broker.pem"
    assert names_in(broker) == ["pantau.example", "localhost", "127.0.0.1"]
    run(directory, "--name", "pantau.example", "--name", "2001:DB8::1")
    assert names_in(broker) == ["pantau.example", "2001:db8::1", "localhost", "127.0.0.1"]
    before = everything(directory)
    run(directory)
    assert everything(directory) == before


def test_a_name_that_a_person_adds_in_collector_toml_counts(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(directory, "--name", "pantau.example")
    toml = directory / "collector.toml"
    changed = toml.read_text().replace('names = ["pantau.example"]', 'names = ["pantau.example", "10.0.0.9"]')
    toml.write_text(changed)
    capsys.readouterr()
    run(directory)
    assert names_in(directory / "mosquitto" / "broker.pem") == [
        "pantau.example",
        "10.0.0.9",
        "localhost",
        "127.0.0.1",
    ]
    assert toml.read_text() == changed
    assert not toml.with_name("collector.toml.new").exists()


def test_a_reader_that_goes_away_ends_no_work(directory: Path) -> None:
    setup = [sys.executable, "-m", "collector", "setup", "--name", "pantau.example", "--directory"]
    pipe, writing = os.pipe()
    os.close(pipe)
    done = subprocess.run(
        [*setup, str(directory)], stdout=writing, stderr=subprocess.PIPE, cwd=REPOSITORY, timeout=60
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (directory / "mosquitto" / "broker.pem").exists()


def test_a_run_that_failed_is_a_first_one_again(
    directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as nothing_installed:
        nothing_installed.setattr("shutil.which", lambda *_, **__: None)
        run(directory, "--name", "pantau.example", ends=2)
    assert "mosquitto: is not installed; apt-get install mosquitto" in capsys.readouterr().err
    run(directory)
    assert "\nnext:\n" in capsys.readouterr().out


def test_the_key_gets_a_passphrase_at_once_or_later(directory: Path, tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("correct horse\n")
    run(directory, "--name", "pantau.example")
    key = directory / "state" / "authority" / "ca" / "1.key"
    assert b"ENCRYPTED" not in key.read_bytes()
    run(directory, "--passphrase-file", str(secret))
    assert b"ENCRYPTED" in key.read_bytes()
    authority = configured(directory / "collector.toml").authority
    assert authority is not None
    (ca,) = AuthorityFolder(Path(authority.directory)).load(authority.passphrase())
    assert ca.key is not None
    assert mode(Path(authority.passphrase_file)) == 0o600


def test_a_key_that_is_kept_off_line_is_asked_for_only_when_something_is_due(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(directory, "--name", "pantau.example")
    (directory / "state" / "authority" / "ca" / "1.key").unlink()
    capsys.readouterr()
    run(directory)
    assert capsys.readouterr().out == NOTHING
    before = (directory / "mosquitto" / "broker.pem").read_bytes()
    run(directory, "--name", "pantau.example", "--name", "10.99.1.1", ends=2)
    assert "the key of authority 1 is not at hand" in capsys.readouterr().err
    assert (directory / "mosquitto" / "broker.pem").read_bytes() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
def test_anybody_may_set_up_in_a_folder_of_their_own(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(directory, "--name", "pantau.example")  # and all modules are loaded, which nobody may read here
    home = directory.parent / "nobody"
    home.mkdir()
    shutil.chown(home, "nobody")
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        run(home / "etc", "--name", "pantau.example")
        run(directory, "--name", "other.example", ends=2)
    finally:
        os.seteuid(0)
    assert "Permission denied; run setup as root, or give --directory" in capsys.readouterr().err
    assert (home / "etc" / "mosquitto" / "broker.pem").stat().st_uid == pwd.getpwnam("nobody").pw_uid
