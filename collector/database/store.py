"""The store: all that outlives the collector, written in one transaction after another.

SQLite by default, PostgreSQL by URL. One collector writes; each commit proves that no other did.
"""

import secrets
from collections.abc import Callable, Collection

import sqlalchemy as sa

from collector.access import AccessRegister, AuditRow
from collector.authority.membership import Membership
from collector.changes import Changes
from collector.database import (
    accounts,
    actions,
    audit,
    backfill_queue,
    incident_list,
    incidents,
    latency,
    marks,
    migrations,
    notices,
    past,
    quarantine,
    related_incidents,
    runs,
    telegram,
    windows,
)
from collector.database.backfill_queue import BackfillQueue
from collector.database.certificates import AuthorityBook
from collector.database.deliveries import deliveries
from collector.database.engine import StoreError, connect, name, tables, transaction
from collector.database.memberships import memberships
from collector.database.notices import NoticeOutbox
from collector.database.telegram import TelegramMemory
from collector.incidents import Action, Incident
from collector.incidents.listed import ListedIncidents, ListPlace, WantedIncidents
from collector.latency import DayKey
from collector.notices.delivery import Deliveries
from collector.past.course import Course
from collector.past.saved import BlockKey
from collector.planned import MadeWindow
from collector.streams.ingestion import Quarantined
from collector.streams.marks import Marks

_meta = sa.Table(
    "meta",
    tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("commit_number", sa.BigInteger, nullable=False),
    sa.Column("writer", sa.Text, nullable=False),
)
_last_transaction = sa.select(_meta.c.writer, _meta.c.commit_number)
_advanced = (  # kept: to build one takes longer than to run it
    sa.update(_meta)
    .where(_meta.c.commit_number == sa.bindparam("before"))
    .values(commit_number=sa.bindparam("after"), writer=sa.bindparam("run"))
)


class Store:
    """`epoch` names this run of the collector, `commit_number` the store's last transaction.
    `dropped_unscraped` are the measurements that there was no room for, since the program's start.

    Opening creates the tables or brings them up to date. Everything here raises StoreError.
    """

    def __init__(self, url: str) -> None:
        self.dropped_unscraped = 0
        self._engine = connect(url)
        self.epoch = secrets.token_hex(8)
        try:
            self.commit_number = self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> int:
        with transaction(self._engine) as connection:
            migrations.upgrade(connection)
            return _last(connection)[1]

    def begin(self) -> dict[str, int]:
        """This run is to write: the runs before it, each with its last transaction that is in the store."""
        with transaction(self._engine) as connection:
            return runs.begin(connection, self.epoch, *_last(connection))

    def close(self) -> None:
        self._engine.dispose()

    @property
    def outbox(self) -> NoticeOutbox:
        return NoticeOutbox(self._engine)

    @property
    def telegram(self) -> TelegramMemory:
        return TelegramMemory(self._engine)

    @property
    def authority(self) -> AuthorityBook:
        return AuthorityBook(self._engine)

    def memberships(self, now: float) -> dict[str, Membership]:
        """The standing of each agent with the authority."""
        return memberships(self._engine, now)

    @property
    def backfill_queue(self) -> BackfillQueue:
        return BackfillQueue(self._engine)

    def marks(self) -> list[Marks]:
        with transaction(self._engine) as connection:
            return marks.stored(connection)

    def quarantined(self) -> list[Quarantined]:
        """Newest first."""
        with transaction(self._engine) as connection:
            return quarantine.stored(connection)

    def incidents(self) -> list[Incident]:
        """The open incidents and the last closed ones."""
        with transaction(self._engine) as connection:
            return incidents.stored(connection)

    def incidents_of(self, ids: Collection[str]) -> list[Incident]:
        """The incidents of these ids, however old."""
        with transaction(self._engine) as connection:
            return incidents.of_ids(connection, ids)

    def parts(self, whole: str) -> tuple[list[Incident], int]:
        """The first that became a part of an incident or were merged into it; and the number of all."""
        with transaction(self._engine) as connection:
            return related_incidents.parts(connection, whole)

    def earlier_incidents(self, than: Incident, limit: int) -> tuple[list[Incident], int]:
        """The newest that began before it about the same root, and the number of all."""
        with transaction(self._engine) as connection:
            return related_incidents.earlier(connection, than, limit)

    def incidents_about(self, root: str, limit: int) -> list[Incident]:
        """The newest with this root, open ones too."""
        with transaction(self._engine) as connection:
            return related_incidents.about(connection, root, limit)

    def deliveries(self, incident: str) -> Deliveries:
        """When the receivers took the incident's notices, or why not yet."""
        return deliveries(self._engine, incident)

    def listed_incidents(
        self,
        wanted: WantedIncidents,
        fits: Callable[[Incident], bool],
        after: ListPlace | None,
        limit: int,
    ) -> ListedIncidents:
        """A page of the list of incidents: the open ones first, then by their beginning, newest first."""
        with transaction(self._engine) as connection:
            return incident_list.listed(connection, wanted, fits, after, limit)

    def windows(self, since: float) -> list[MadeWindow]:
        """The windows of maintenance that people made and that were not over at that time."""
        with transaction(self._engine) as connection:
            return windows.stored(connection, since)

    def actions(
        self, incident: str | None = None, before: int | None = None, limit: int = 100
    ) -> list[Action]:
        """The newest actions first: of one incident or of all, and only those below the number `before`."""
        with transaction(self._engine) as connection:
            return actions.stored(connection, incident, before, limit)

    def access(self) -> AccessRegister:
        """The accounts, sessions and tokens."""
        with transaction(self._engine) as connection:
            return accounts.stored(connection)

    def session_key(self) -> str:
        """The key that signs the cookies of sessions."""
        with transaction(self._engine) as connection:
            return accounts.session_key(connection)

    def audit(self, before: int | None = None, limit: int = 100) -> list[AuditRow]:
        """The newest changes first, and only those below the number `before`."""
        with transaction(self._engine) as connection:
            return audit.stored(connection, before, limit)

    def past_cells(self) -> dict[BlockKey, bytes]:
        """The cells of the last day, by site and block, packed."""
        with transaction(self._engine) as connection:
            return past.cells(connection)

    def latency_days(self) -> dict[DayKey, bytes]:
        """The working latency by link and day, packed."""
        with transaction(self._engine) as connection:
            return latency.days(connection)

    def courses_to_go_on(self) -> list[Course]:
        """The courses of incidents that were not complete yet."""
        with transaction(self._engine) as connection:
            return past.courses_to_go_on(connection)

    def course(self, incident: str) -> Course | None:
        """The measurements around the beginning of the incident, however old."""
        with transaction(self._engine) as connection:
            return past.course_of(connection, incident)

    def commit(self, changes: Changes) -> None:
        """Write all of the changes or nothing. After StoreUnavailable the same changes may be tried again."""
        dropped = 0
        with transaction(self._engine) as connection:
            if self._advance(connection):
                marks.write(connection, changes.marks, changes.forgotten)
                quarantine.write(connection, changes.quarantined)
                incidents.write(connection, changes.incidents)
                notices.write(connection, changes.letters)
                windows.write(connection, changes.windows)
                actions.write(connection, changes.actions)
                accounts.write(connection, changes.access)
                audit.write(connection, changes.audit)
                telegram.write(connection, changes.telegram_updates)
                past.write(connection, changes.past)
                latency.write(connection, changes.latency)
                dropped = backfill_queue.write(connection, changes.unscraped)
        self.commit_number += 1
        self.dropped_unscraped += dropped

    def _advance(self, connection: sa.Connection) -> bool:
        """False when these very changes are stored already and only the confirmation was lost."""
        after = self.commit_number + 1
        step = {"before": self.commit_number, "after": after, "run": self.epoch}
        if connection.execute(_advanced, step).rowcount:
            return True
        if _last(connection) == (self.epoch, after):
            return False
        raise StoreError(f"{name(self._engine)}: another collector has written to it; run only one of them")


def _last(connection: sa.Connection) -> tuple[str, int]:
    """The last transaction: the run that made it, and its number; none but 0 in a new store."""
    known = connection.execute(_last_transaction).one_or_none()
    if known is not None:
        return known.writer, known.commit_number
    connection.execute(sa.insert(_meta).values(id=1, commit_number=0, writer=""))
    return "", 0
