"""The commands of backup and restore, with the passphrase on standard input."""

import io
from contextlib import closing
from pathlib import Path

import pytest

from collector.__main__ import main
from collector.database.store import Store

WORDS = "fish and rice\n"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "collector.toml").write_text('store = "sqlite:///pantau.sqlite"\n')
    with closing(Store(f"sqlite:///{tmp_path / 'pantau.sqlite'}")) as store:
        store.begin()
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, words: str = WORDS) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(words))
    return main([*arguments, "--passphrase-file", "-"])


def test_the_passphrase_may_come_by_standard_input(
    room: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, toml = str(room / "city.backup"), room / "collector.toml"
    assert run(monkeypatch, "backup", file, "--config", str(toml)) == 0
    assert run(monkeypatch, "backup", file, "--check") == 0
    assert "is whole" in capsys.readouterr().out
    assert run(monkeypatch, "backup", file, "--check", words="rice and fish\n") == 2
    assert "the passphrase is wrong" in capsys.readouterr().err
    toml.unlink()
    for each in room.glob("pantau.sqlite*"):
        each.unlink()
    assert run(monkeypatch, "restore", file) == 0
    assert toml.exists()


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["restore", "-"], "standard input is the backup"),
        (["restore", "city.backup", "--store", "postgresql+psycopg://a:secret@db/pantau"], "its password"),
        (["backup", "city.backup", "--config", "none.toml"], "No such file"),
    ],
)
def test_each_mistake_is_one_line(
    arguments: list[str], fault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *arguments) == 2
    said = capsys.readouterr().err
    assert fault in said
    assert said.count("\n") == 1
    assert "secret" not in said
