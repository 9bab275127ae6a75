"""The rows of a store come into a new one of either kind, and nothing is lost on the way."""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from collector.authority.invitation import invite, new_secret
from collector.authority.issued import IssuedCertificate
from collector.backup.rows import filling, snapshot
from collector.changes import Changes
from collector.database.engine import StoreError, connect
from collector.database.store import Store
from collector.incidents import Action
from tests.fakes.auditing import audit_row

NOW = 1.8e9
CERTIFICATE = IssuedCertificate("1f", "agent", "gradasi", "ca", NOW, NOW + 1, NOW, "join", "key", b"\0\xff")


def filled(url: str) -> str:
    """A store with rows of several kinds."""
    with closing(Store(url)) as store:
        store.begin()
        store.authority.record(CERTIFICATE)
        store.authority.invite(invite("gradasi", new_secret(), NOW, "sari"), audit_row(NOW))
        for number in range(3):
            action = Action(NOW, "Sari", "page", "note", "a", f"base64:{number} é")
            store.commit(Changes(actions=[action]))
    return url


def copied(source: str, target: str) -> int:
    with snapshot(source) as (revision, pieces), filling(target, revision) as into:
        for piece in pieces:
            into.put(piece.table, piece.lines.split(b"\n"))
    return into.rows


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    engine = connect(url)
    found = sa.MetaData()
    with engine.connect() as connection:
        found.reflect(connection)
        rows = {
            name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for name, table in found.tables.items()
        }
    engine.dispose()
    return rows


def test_all_rows_come_into_a_new_store(url: str, tmp_path: Path) -> None:
    source, target = filled(url), f"sqlite:///{tmp_path / 'new.sqlite'}"
    assert copied(source, target) == sum(len(rows) for rows in everything(source).values()) - 1
    assert everything(target) == everything(source)


def test_a_restored_store_goes_on(url: str, tmp_path: Path) -> None:
    """In PostgreSQL too: its numbers go on after the highest."""
    source = filled(f"sqlite:///{tmp_path / 'old.sqlite'}")
    copied(source, url)
    with closing(Store(url)) as store:
        assert store.commit_number == 3
        store.commit(Changes(actions=[Action(NOW, "Sari", "page", "note", "a", "four")]))
        assert [one.number for one in store.actions()] == [4, 3, 2, 1]
        assert store.authority.of_serial("1f") == CERTIFICATE


def test_a_store_that_is_not_empty_is_left_alone(url: str, tmp_path: Path) -> None:
    source = filled(f"sqlite:///{tmp_path / 'old.sqlite'}")
    filled(url)
    before = everything(url)
    with pytest.raises(StoreError, match="is not empty"):
        copied(source, url)
    assert everything(url) == before


def test_a_schema_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match="schema 9999 is newer than this release"),
        filling(f"sqlite:///{tmp_path / 'new.sqlite'}", "9999"),
    ):
        pass


def test_a_backup_of_an_older_schema_becomes_of_this_release(tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'new.sqlite'}"
    with filling(target, "0009") as into:
        into.put("meta", [b'{"id": 1, "commit_number": 7, "writer": "x"}'])
    with closing(Store(target)) as store:
        assert store.commit_number == 7


def test_rows_of_something_else_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="holds rows of another schema"),
        filling(f"sqlite:///{tmp_path / 'new.sqlite'}", "0010") as into,
    ):
        into.put("meta", [b'{"id": 1, "DROP": 7}'])


def test_no_backup_is_made_of_a_store_that_is_not_there(tmp_path: Path) -> None:
    """A wrong setting would else give empty backups for years."""
    file = tmp_path / "pantau.sqlite"
    with pytest.raises(StoreError, match="is not there"), snapshot(f"sqlite:///{file}"):
        pass
    assert not file.exists()
    file.touch()
    with pytest.raises(StoreError, match="is empty"), snapshot(f"sqlite:///{file}"):
        pass
