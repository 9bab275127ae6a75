"""An all-in-one writes its configuration, so that the other commands can ask it."""

from pathlib import Path

import pytest

from collector.__main__ import _configured, _default
from collector.allinone import machine as allinone
from collector.inventory import load


def test_an_all_in_one_writes_the_settings_file_that_other_commands_read(tmp_path: Path) -> None:
    config = allinone.prepare(tmp_path, 8470, 8471)
    assert _configured(tmp_path / "collector.toml") == config
    named = [line for line in allinone.greeting(config, load(tmp_path / "inventory")) if "--config" in line]
    assert named == [f"ask     pantau-collector incidents --config {tmp_path.resolve()}/collector.toml"]


def test_an_all_in_one_of_this_folder_is_asked_where_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("collector.__main__.CONFIG", tmp_path / "nowhere" / "collector.toml")
    assert _default() == tmp_path / "nowhere" / "collector.toml"
    allinone.prepare(tmp_path / "var", 8470, 8471)
    assert _default() == Path("var/collector.toml")
