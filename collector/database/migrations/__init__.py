"""The store's schema, one revision a file in `versions/`; brought up to date when the store is opened."""

import logging

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from collector.database.engine import StoreError, name


def upgrade(connection: sa.Connection) -> None:
    """Within the transaction that is open. Raises StoreError where the schema is newer than this release."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", "collector.database:migrations")
    config.attributes["connection"] = connection
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in known:
        raise StoreError(
            f"{name(connection.engine)}: its schema {current} is newer than this release, "
            f"which knows up to {known[0]}; install that release again or restore a backup"
        )
    if current != known[0]:
        command.upgrade(config, "head")
