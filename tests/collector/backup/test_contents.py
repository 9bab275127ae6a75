"""The files of a backup, while the collector writes others beside them."""

from pathlib import Path

import pytest

from collector.backup.contents import kept_files
from collector.config import Authority, CollectorConfig


def control_room(folder: Path) -> CollectorConfig:
    """It has a few files of an authority."""
    for name in ("authority/ca/1.key", "authority/broker/acl", "inventory/city.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "collector.toml").write_text("")
    authority = Authority(["pantau.example"], str(folder / "authority"))
    return CollectorConfig(inventory=str(folder / "inventory"), authority=authority)


def names(folder: Path, config: CollectorConfig) -> set[str]:
    kept = kept_files(config, folder / "collector.toml")
    return {str(one.path.relative_to(folder)) for one in kept if not one.is_folder}


def test_files_that_are_there_for_a_moment_are_not_kept(tmp_path: Path) -> None:
    config = control_room(tmp_path)
    before = names(tmp_path, config)
    assert "authority/ca/1.key" in before
    authority = tmp_path / "authority"
    (authority / ".check-7f").mkdir()
    for name in (".check-7f/broker.pem", "ca/.1.pem.new", "takeover.pem"):
        (authority / name).write_text("passing")
    assert names(tmp_path, config) == before


def test_a_file_that_goes_away_meanwhile_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = control_room(tmp_path)
    stat = Path.stat

    def gone(file: Path, *, follow_symlinks: bool = True) -> object:
        if file.name == "acl" and follow_symlinks:
            raise FileNotFoundError(2, "No such file", str(file))
        return stat(file, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", gone)
    assert "authority/ca/1.key" in names(tmp_path, config)
