"""The store's schema, one revision a file in `versions/`; brought up to date when the store is opened."""

import logging
from functools import cache

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from collector.database.engine import StoreError, name


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
        steps = EnvironmentContext(
            Config(), revisions, fn=lambda revision, _: revisions._upgrade_revs("head", revision)
        )
        with steps:
            steps.configure(connection=connection)
            steps.run_migrations()


@cache
def _revisions() -> ScriptDirectory:
    """Kept: to load the files takes longer than to open a store."""
    config = Config()
    config.set_main_option("script_location", "collector.database:migrations")
    return ScriptDirectory.from_config(config)
