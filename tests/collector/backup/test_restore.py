"""A restore leaves alone what is there, and takes back all that it made where it fails."""

import io
from contextlib import closing
from pathlib import Path

import pytest

from collector.backup import seal
from collector.backup.make import back_up
from collector.backup.restore import Restored, restore
from collector.backup.seal import BadSeal
from collector.changes import Changes
from collector.commands.settings import configured
from collector.database.store import Store
from collector.incidents import Action


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pieces, and guesses that cost little."""
    monkeypatch.setattr(seal, "PIECE_BYTES", 1000)
    monkeypatch.setattr(seal, "COST", 2)


def lost(folder: Path) -> bytes:
    """The backup of a control room, of which nothing is left."""
    toml, city = folder / "collector.toml", folder / "inventory" / "city.toml"
    toml.write_text('store = "sqlite:///pantau.sqlite"\n')
    city.parent.mkdir()
    city.write_text('[city]\nname = "Small"\n')
    with closing(Store(f"sqlite:///{folder / 'pantau.sqlite'}")) as store:
        store.begin()
        store.commit(Changes(actions=[Action(0, "Sari", "page", "note", "a", "n" * 200)] * 300))
    below = io.BytesIO()
    back_up(configured(toml), toml, below, "rahasia")
    for each in (toml, city, *folder.glob("pantau.sqlite*")):
        each.unlink()
    city.parent.rmdir()
    return below.getvalue()


def put_back(held: bytes) -> Restored:
    return restore(io.BytesIO(held), "rahasia", configured)


def test_the_old_store_beside_the_new_one_keeps_its_bytes_and_its_mode(tmp_path: Path) -> None:
    held, old = lost(tmp_path), tmp_path / "pantau.sqlite.old"
    old.write_bytes(b"moved away, as the message says")
    old.chmod(0o640)
    put_back(held)
    assert (tmp_path / "inventory" / "city.toml").exists()
    assert old.stat().st_mode & 0o777 == 0o640


def test_a_damaged_backup_leaves_nothing_and_takes_nothing_away(tmp_path: Path) -> None:
    held, old = lost(tmp_path), tmp_path / "pantau.sqlite.old"
    old.write_bytes(b"moved away, as the message says")
    damaged = held[:-20] + bytes([held[-20] ^ 1]) + held[-19:]
    with pytest.raises(BadSeal, match="damaged"):
        put_back(damaged)
    assert [one.name for one in tmp_path.iterdir()] == ["pantau.sqlite.old"]
    assert old.read_bytes() == b"moved away, as the message says"
