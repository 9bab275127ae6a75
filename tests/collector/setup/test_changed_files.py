"""A file that a person changed, moved or damaged, and what setup makes of it."""

import errno
import os
from pathlib import Path

import pytest

from collector.commands.settings import configured
from collector.setup.answers import Answers
from collector.setup.machine import set_up
from runtime.errors import UserError
from runtime.files.writing import write_whole
from tests.collector.setup.setting_up import (
    NOTHING,
    everything,
    mode,
    newer_release,
    run,
)
from tests.servers.mosquitto import needs_mosquitto

pytestmark = needs_mosquitto


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
    key = directory / "mosquitto" / "broker.pem"
    owner = key.stat().st_uid
    alertmanager.chmod(0o666)
    key.chmod(0o644)
    os.chown(key, os.geteuid(), -1)
    run(directory)
    assert mode(alertmanager) == 0o640
    assert (mode(key), key.stat().st_uid) == (0o600, owner)


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


def test_a_damaged_memory_is_named(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory.mkdir()
    (directory / "setup.json").write_text("{")
    run(directory, "--name", "pantau.example", ends=2)
    assert f"{directory}/setup.json: is not as setup wrote it" in capsys.readouterr().err
