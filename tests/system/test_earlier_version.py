"""A store and a spool that an earlier version wrote: today's programs open them and go on."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from agent.config import SpoolLimits
from agent.spool import Spool, SpoolLedger
from collector.database.engine import tables
from collector.database.store import Store
from tests.servers.mosquitto import needs_mosquitto
from tests.system.books import taken
from tests.system.load import drain
from tests.system.watched_city import watched_city
from wire.report import decode_body

FILES = Path(__file__).parent / "earlier"
STREAM = "22419c4e38dbc3f9"
ACKNOWLEDGED, WAITING = 6, 17
"""Measurements in the spool."""
ALWAYS = SpoolLimits(days=100_000)
"""The files grow older, and their reports are not to expire."""
OFFICE = """
[sites.office]
role = "office"
name = "Dinas Kesehatan"

[links.cable]
from = "office"
to = "noc"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a collector, and in it that of the agent at `office`."""
    shutil.copy(FILES / "pantau.sqlite", tmp_path)
    (tmp_path / "office").mkdir()
    shutil.copy(FILES / "spool.db", tmp_path / "office")
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{folder / 'pantau.sqlite'}")) as opened:
        yield opened


def test_the_migrations_bring_an_earlier_store_up_to_date(folder: Path, store: Store) -> None:
    engine = sa.create_engine(f"sqlite:///{folder / 'pantau.sqlite'}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables) == []
    engine.dispose()
    assert store.commit_number == 11
    assert store.begin() == {"f11ad48d95b8ea4a": 11}


def test_an_earlier_store_keeps_its_incidents_notices_and_streams(store: Store) -> None:
    incidents = {one.root: one for one in store.incidents()}
    assert {root: one.status for root, one in incidents.items()} == {"gradasi": "open", "warkop": "open"}
    assert incidents["gradasi"].acknowledged_by == "Sari"
    assert store.outbox.recipients() == {(one.id, "hook") for one in incidents.values()}
    (letter,) = store.outbox.undelivered()
    assert (letter.document.root, letter.status, letter.attempts) == ("warkop", "waiting", 1)
    marks = {one.agent: (list(one.decided), one.ledger.stored) for one in store.marks()}
    assert marks == {"noc": ([(3, 9)], 14), "office": ([(1, 4)], ACKNOWLEDGED), "gradasi": ([(1, 1)], 1)}
    assert [one.payload for one in store.quarantined()] == [b"neither zlib nor JSON"]
    assert len(store.backfill_queue) == 9


def test_an_earlier_spool_keeps_its_reports_and_its_ledger(folder: Path) -> None:
    limits = ALWAYS.days, ALWAYS.mebibytes
    file = folder / "office" / "spool.db"
    with closing(Spool(file, stream="f" * 16, boot="later", days=limits[0], mebibytes=limits[1])) as spool:
        assert spool.conditions == {}
        assert spool.held(100) == [(STREAM, seq) for seq in range(5, 10)]
        rows = [row for key in spool.held(100) if (row := spool.read(key))]
        assert sum(decode_body(row.body).measurements() for row in rows) == WAITING
        assert spool.known == ("f11ad48d95b8ea4a", 3)
        assert spool.ledger()[STREAM] == SpoolLedger(ACKNOWLEDGED + WAITING, ACKNOWLEDGED, 0, 0, WAITING)


@needs_mosquitto
def test_a_city_of_an_earlier_version_goes_on(folder: Path) -> None:
    with watched_city(folder, more_inventory=OFFICE) as city:
        city.until(lambda: city.told()[:1] == [("firing", "warkop")])
        open_now = {one.root: (one.id, one.acknowledged_by) for one in city.incidents()}
        assert open_now == {"gradasi": ("xrjljacp", "Sari"), "warkop": ("apqavj4c", "")}

        asyncio.run(drain(folder, city.broker_port, ["office"], 60, ALWAYS))
        city.voice.speak()
        city.until(lambda: not city.incidents() and len(_without_reminders(city.told())) >= 3)
        ends = _without_reminders(city.told())[1:]
        assert sorted(ends) == [("recovered", "gradasi"), ("recovered", "warkop")]
        assert city.webhook.documents[0]["incident"] == "apqavj4c"
        assert city.collector.stop() == 0, city.collector.said()
        assert "Traceback" not in city.collector.said()
    ledger = taken(folder / "office" / "spool.db")[STREAM]
    assert ledger == SpoolLedger(ACKNOWLEDGED + WAITING, ACKNOWLEDGED + WAITING, 0, 0, 0)
    with closing(Store(f"sqlite:///{folder / 'pantau.sqlite'}")) as store:
        (marks,) = (one for one in store.marks() if one.stream == STREAM)
        assert (list(marks.decided), marks.ledger.stored) == ([(1, 9)], ACKNOWLEDGED + WAITING)


def _without_reminders(told: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A collector that opens old files may remind of an incident before it hears of the recovery."""
    return [(kind, root) for kind, root in told if kind != "reminder"]
