"""The incidents around one: a real SQLite file, and a real PostgreSQL where there is one."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from collector.changes import Changes
from collector.database.migrations.versions import v0009_related_incidents as migration
from collector.database.related_incidents import PARTS_READ
from collector.database.store import Store
from collector.incidents import Incident
from tests.fakes.incidents import NOW, incident, over
from tests.servers.postgresql import needs_postgresql, new_database, postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = f"sqlite:///{tmp_path / 'store.sqlite'}"
    url = sqlite if request.param == "sqlite" else new_database(request.getfixturevalue("server"))
    with closing(Store(url)) as opened:
        yield opened


def keep(store: Store, *incidents: Incident) -> None:
    store.commit(Changes(incidents={one.id: one for one in incidents}))


def test_parts_and_merged_incidents_lead_to_their_whole(store: Store) -> None:
    whole = incident("power_cut", "feeder/KP-12", id="whole234")
    part = incident(root="gradasi", id="part2345", part_of="whole234")
    merged = over(incident(root="pasar", id="merged23", merged_into="whole234", began_at=NOW - 50))
    keep(store, whole, part, merged, incident(id="other234"))
    assert store.parts("whole234") == ([part, merged], 2)
    assert store.parts("part2345") == ([], 0)


def test_of_many_parts_the_first_come_and_all_are_counted(store: Store) -> None:
    keep(store, *(incident(id=f"p{number:07}", part_of="whole234") for number in range(PARTS_READ + 3)))
    found, count = store.parts("whole234")
    assert (len(found), count) == (PARTS_READ, PARTS_READ + 3)


def test_earlier_incidents_are_those_of_the_same_root_newest_first(store: Store) -> None:
    old = [over(incident(id=f"old{number:05}", began_at=NOW - 1000 * number)) for number in range(1, 8)]
    elsewhere = incident(root="pasar", id="else2345", began_at=NOW - 5000)
    keep(store, *old, elsewhere, now := incident(id="now23456", began_at=NOW))
    found, count = store.earlier_incidents(now, 3)
    assert [one.id for one in found] == ["old00001", "old00002", "old00003"]
    assert count == 7
    assert store.earlier_incidents(old[-1], 3) == ([], 0)


def test_the_migration_fills_the_columns_of_incidents_from_before(store: Store) -> None:
    part = incident(id="part2345", part_of="whole234")
    keep(store, part)
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE incidents SET root = '', whole = ''"))
        migration._fill(connection)
    assert store.parts("whole234") == ([part], 1)
    later = msgspec.structs.replace(part, id="later234", began_at=NOW + 5)
    assert store.earlier_incidents(later, 5) == ([part], 1)


def test_the_incidents_about_a_root_are_its_newest_the_open_ones_too(store: Store) -> None:
    old = [over(incident(id=f"old{number:05}", began_at=NOW - 1000 * number)) for number in range(1, 8)]
    keep(store, *old, incident(root="pasar", id="else2345"), incident(id="now23456", began_at=NOW))
    assert [one.id for one in store.incidents_about("gradasi", 3)] == ["now23456", "old00001", "old00002"]
    assert store.incidents_about("nowhere", 3) == []
