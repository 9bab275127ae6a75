"""An all-in-one writes its configuration, so that the other commands can ask it."""

from pathlib import Path

import pytest

from collector.allinone import machine as allinone
from collector.commands.settings import configured, default_file
from collector.inventory import load


def test_an_all_in_one_writes_the_settings_file_that_other_commands_read(tmp_path: Path) -> None:
    config = allinone.prepare(tmp_path, 8470, 8472)
    assert configured(tmp_path / "collector.toml") == config
    named = [line for line in allinone.greeting(config, load(tmp_path / "inventory")) if "--config" in line]
    assert named == [f"ask     pantau-collector incidents --config {tmp_path.resolve()}/collector.toml"]


def test_an_all_in_one_of_this_folder_is_asked_where_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("collector.commands.settings.CONFIG", tmp_path / "nowhere" / "collector.toml")
    assert default_file() == tmp_path / "nowhere" / "collector.toml"
    allinone.prepare(tmp_path / "var", 8470, 8472)
    assert default_file() == Path("var/collector.toml")
