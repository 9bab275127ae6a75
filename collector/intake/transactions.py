"""The pipeline, as those use it who have no report for it: the web, and the desk."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from collector.changes import Changes


class Transactions(Protocol):
    """See intake/pipeline.py."""

    @property
    def not_ready(self) -> str: ...

    def reading(self) -> AbstractAsyncContextManager[None]: ...

    async def transact(self, decide: Callable[[], Changes]) -> None: ...
