"""The store's schema, one revision a file in `versions/`; brought up to date when the store is opened."""

import logging
from functools import cache

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from collector.database.engine import StoreError, name

VERSION_TABLE = "alembic_version"


def upgrade(connection: sa.Connection) -> None:
    """Within the transaction that is open. Raises StoreError where the schema is newer than this release."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    revisions = _revisions()
    known = [script.revision for script in revisions.walk_revisions()]
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise StoreError(
            f"{name(connection.engine)}: its schema {current} is newer than this release, "
            f"which knows up to {known[0]}; install that release again or restore a backup"
        )
    if current != known[0]:
        _run(connection, "head")


def revision(connection: sa.Connection) -> str:
    """Of the schema as it is; "" for an empty database."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return MigrationContext.configure(connection).get_current_revision() or ""


def create(connection: sa.Connection, to: str) -> None:
    """A schema as it was at that revision, in an empty database. Raises StoreError."""
    if sa.inspect(connection).get_table_names():
        raise StoreError(f"{name(connection.engine)}: is not empty; give a new one, or move it away")
    if to not in [script.revision for script in _revisions().walk_revisions()]:
        raise StoreError(f"schema {to} is newer than this release; install the release that made the backup")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    _run(connection, to)


def _run(connection: sa.Connection, to: str) -> None:
    revisions = _revisions()
    steps = EnvironmentContext(Config(), revisions, fn=lambda now, _: revisions._upgrade_revs(to, now))
    with steps:
        steps.configure(connection=connection)
        steps.run_migrations()


@cache
def _revisions() -> ScriptDirectory:
    """Kept: to load the files takes longer than to open a store."""
    config = Config()
    config.set_main_option("script_location", "collector.database:migrations")
    return ScriptDirectory.from_config(config)
