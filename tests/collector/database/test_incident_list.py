"""The list of incidents in the store, a page at a time."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from msgspec.structs import replace

from collector.changes import Changes
from collector.database import incident_list
from collector.database.store import Store
from collector.incidents import Incident
from collector.incidents.listed import ListPlace, WantedIncidents
from tests.fakes.incidents import NOW, incident, over

ALL = WantedIncidents()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(Store(url)) as store:
        yield store


def keep(store: Store, *incidents: Incident) -> None:
    store.commit(Changes(incidents={one.id: one for one in incidents}))


def past(number: int, **changes: Any) -> Incident:
    began_at = NOW - 1000.0 * number
    return over(incident(id=f"past{number:04}", began_at=began_at, **changes), began_at + 60)


def ids(store: Store, wanted: WantedIncidents = ALL, limit: int = 50) -> list[str]:
    return [one.id for one in store.listed_incidents(wanted, lambda _: True, None, limit).incidents]


def test_open_incidents_come_first_and_then_the_newest(store: Store) -> None:
    old = incident(id="still999", began_at=NOW - 1e6)
    keep(store, past(2), past(1), old)
    assert ids(store) == ["still999", "past0001", "past0002"]


def test_the_pages_together_have_each_incident_once(store: Store) -> None:
    same_time = [replace(past(5), id=f"same{number:04}") for number in range(4)]
    keep(store, *(past(number) for number in range(7)), *same_time, incident(id="open0000"))
    found: list[str] = []
    after: ListPlace | None = None
    for _ in range(4):
        page = store.listed_incidents(ALL, lambda _: True, after, 3)
        found += [one.id for one in page.incidents]
        after = page.following
    assert after is None
    assert found == ids(store)
    assert len(found) == len(set(found)) == 12


def test_the_filter_is_by_state_kind_severity_and_span(store: Store) -> None:
    keep(store, incident(id="open0000"), past(1), past(2, kind="flapping"), past(3, severity="critical"))
    assert ids(store, WantedIncidents(open=True)) == ["open0000"]
    assert ids(store, WantedIncidents(open=False)) == ["past0001", "past0002", "past0003"]
    assert ids(store, WantedIncidents(kind="flapping")) == ["past0002"]
    assert ids(store, WantedIncidents(severity="critical")) == ["past0003"]
    assert ids(store, WantedIncidents(since=NOW - 1945)) == ["open0000", "past0001", "past0002"]
    assert ids(store, WantedIncidents(until=NOW - 1000)) == ["past0002", "past0003"]


def test_a_search_looks_at_so_many_and_says_where_it_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incident_list, "LOOKED_AT_MOST", 4)
    keep(store, *(past(number) for number in range(6)))
    page = store.listed_incidents(ALL, lambda one: one.id == "past0005", None, 50)
    assert (page.incidents, page.following) == ([], ListPlace(False, NOW - 3000, "past0003"))
    page = store.listed_incidents(ALL, lambda one: one.id == "past0005", page.following, 50)
    assert [one.id for one in page.incidents] == ["past0005"]
    assert page.following is None
