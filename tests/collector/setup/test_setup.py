"""`pantau-collector setup` in a folder of its own: what it writes, and what it leaves."""

import errno
import io
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from msgspec.structs import replace

from collector.__main__ import main
from collector.authority.folder import AuthorityFolder
from collector.commands.settings import configured
from collector.database.store import Store
from collector.setup.answers import Answers, check_state
from collector.setup.machine import check_mosquitto, set_up
from collector.setup.shipped import Shipped
from runtime.errors import UserError
from runtime.files.writing import write_whole
from tests.servers.mosquitto import needs_mosquitto
from tests.system.programs import REPOSITORY

pytestmark = needs_mosquitto

NOTHING = "nothing was changed\n"


@pytest.fixture
def directory() -> Iterator[Path]:
    """Not in tmp_path, which Mosquitto's user may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="pantau-setup-"))
    folder.chmod(0o755)
    yield folder / "etc"
    shutil.rmtree(folder)


def run(directory: Path, *options: str, ends: int = 0) -> None:
    """With the umask of a careful root."""
    umask = os.umask(0o077)
    try:
        assert main(["setup", "--directory", str(directory), *options]) == ends
    finally:
        os.umask(umask)


def everything(directory: Path) -> dict[str, tuple[int, int, bytes]]:
    """Of each file, its time, mode and contents."""
    files = [file for file in directory.rglob("*") if file.is_file()]
    return {str(file): (file.stat().st_mtime_ns, file.stat().st_mode, file.read_bytes()) for file in files}


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def certificate(file: Path) -> x509.Certificate:
    pem = file.read_bytes()
    return x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERTIFICATE-----") :])


def names_in(file: Path) -> list[str]:
    names = certificate(file).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]


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


def test_a_file_that_a_person_changed_stays_and_a_newer_one_comes_beside_it(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(directory, "--name", "pantau.example")
    mine, theirs = (
        directory / "prometheus" / "prometheus.yml",
        directory / "alertmanager" / "alertmanager.yml",
    )
    mine.write_text(mine.read_text() + "# mine\n")
    run(directory)
    assert f"{mine}: left as you changed it" in capsys.readouterr().out
    assert not mine.with_name("prometheus.yml.new").exists()

    share = newer_release(tmp_path / "share")
    answers = Answers(("pantau.example",), str(directory / "state"), str(directory / "systemd"))
    said = list(set_up(answers, directory, "", configured, lambda: "", share))
    assert mine.read_text().endswith("# mine\n")
    assert mine.with_name("prometheus.yml.new").read_text().endswith("# newer\n")
    assert f"{mine}: left as it is; {mine}.new is ours: compare them" in said
    assert theirs.read_text().endswith("# newer\n")
    before = everything(directory)
    assert list(set_up(answers, directory, "", configured, lambda: "", share))[-1] == NOTHING.strip()
    assert everything(directory) == before


def newer_release(share: Path) -> Shipped:
    shutil.copytree(REPOSITORY / "deploy", share)
    shutil.copytree(REPOSITORY / "dashboards" / "json", share / "grafana" / "json")
    shutil.copytree(REPOSITORY / "dashboards" / "prometheus", share / "prometheus" / "rules")
    for name in ("prometheus/prometheus.yml", "alertmanager/alertmanager.yml"):
        with (share / name).open("a") as file:
            file.write("# newer\n")
    return Shipped(share)


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


def test_a_file_that_a_full_disk_refused_is_still_ours(
    directory: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run(directory, "--name", "pantau.example")
    share = newer_release(tmp_path / "share")
    answers = Answers(("pantau.example",), str(directory / "state"), str(directory / "systemd"))

    def refuse(file: Path, contents: bytes, mode: int = 0o644) -> None:
        if file.name == "prometheus.yml":
            raise OSError(errno.ENOSPC, "No space left on device", str(file))
        write_whole(file, contents, mode)

    with monkeypatch.context() as full:
        full.setattr("collector.setup.writing.write_whole", refuse)
        with pytest.raises(UserError, match=r"prometheus\.yml: No space left on device"):
            list(set_up(answers, directory, "", configured, lambda: "", share))
    list(set_up(answers, directory, "", configured, lambda: "", share))
    assert (directory / "prometheus" / "prometheus.yml").read_text().endswith("# newer\n")


def test_a_link_of_a_person_stays_a_link(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(directory, "--name", "pantau.example")
    kept, masked = directory / "prometheus" / "prometheus.yml", directory / "systemd" / "pantau-broker.path"
    kept.rename(tmp_path / "prometheus.yml")
    kept.symlink_to(tmp_path / "prometheus.yml")
    masked.unlink()
    masked.symlink_to("/dev/null")
    capsys.readouterr()
    run(directory)
    assert capsys.readouterr().out == f"{masked}: left as it is, a link to /dev/null\n{NOTHING}"
    share = newer_release(tmp_path / "share")
    answers = Answers(("pantau.example",), str(directory / "state"), str(directory / "systemd"))
    list(set_up(answers, directory, "", configured, lambda: "", share))
    assert kept.is_symlink()
    assert not kept.read_text().endswith("# newer\n")
    assert kept.with_name("prometheus.yml.new").read_text().endswith("# newer\n")


def test_an_inventory_that_is_there_stays_alone(directory: Path) -> None:
    (directory / "inventory").mkdir(parents=True)
    (directory / "inventory" / "sites.csv").write_text("id\n")
    run(directory, "--name", "pantau.example")
    assert [file.name for file in (directory / "inventory").iterdir()] == ["sites.csv"]


def test_a_missing_file_comes_back(directory: Path) -> None:
    run(directory, "--name", "pantau.example")
    (directory / "mosquitto" / "mosquitto.conf").unlink()
    run(directory)
    assert (directory / "mosquitto" / "mosquitto.conf").exists()


def test_a_key_that_others_can_read_becomes_private_again(directory: Path) -> None:
    run(directory, "--name", "pantau.example")
    alertmanager = directory / "alertmanager" / "alertmanager.yml"
    alertmanager.chmod(0o666)
    run(directory)
    assert mode(alertmanager) == 0o640


def test_settings_of_before_stay_and_their_owner_learns_of_the_authority(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory.mkdir()
    toml = directory / "collector.toml"
    toml.write_text('[broker]\nhost = "localhost"\n')
    run(directory, "--name", "pantau.example")
    assert f"{toml}: has no [authority]" in capsys.readouterr().out
    assert toml.read_text() == '[broker]\nhost = "localhost"\n'
    toml.with_name("collector.toml.new").replace(toml)
    run(directory)
    assert (directory / "mosquitto" / "broker.pem").exists()


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


def test_a_damaged_memory_is_named(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory.mkdir()
    (directory / "setup.json").write_text("{")
    run(directory, "--name", "pantau.example", ends=2)
    assert f"{directory}/setup.json: is not as setup wrote it" in capsys.readouterr().err


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
