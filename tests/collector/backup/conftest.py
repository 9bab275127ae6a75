"""The databases are those of the store's tests."""

from tests.collector.database.conftest import server, url

__all__ = ["server", "url"]
