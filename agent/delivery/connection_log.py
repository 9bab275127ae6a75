"""The log lines about the connection to the broker: each trouble once, and one line when it is over."""

import logging

from agent.clock import boot_now
from runtime.broker.once import Once
from runtime.broker.settings import Broker
from wire.text import printable

log = logging.getLogger(__name__)

MAX_REASON_CHARACTERS = 500
STEADY_SECONDS = 30.0
"""A connection of this length is steady: the log may name an old trouble again."""


class ConnectionLog:
    """One for each broker, over all connections to it."""

    def __init__(self, broker: Broker) -> None:
        self._host = broker.host
        self._port = broker.port
        self._once = Once()
        self._connected_at: float | None = None
        self._acknowledged_due = False

    @property
    def _at(self) -> str:
        return f"broker {self._host} port {self._port}"

    @property
    def was_connected(self) -> bool:
        """Whether the last attempt became a connection."""
        return self._connected_at is not None

    def connecting(self, port: int) -> None:
        self._port = port
        self._connected_at = None

    def connected(self) -> None:
        self._connected_at = boot_now()
        if self._once.connected():
            log.info("%s: connected", self._at)
            self._acknowledged_due = True

    def acknowledged(self, probes: int | None) -> None:
        """The collector acknowledged a report. `probes` is how many are in force, None for none."""
        if self._acknowledged_due and probes is not None:
            self._acknowledged_due = False
            log.info("%s: connected, acknowledged, %d probes", self._at, probes)

    def lost(self, reason: str) -> None:
        if self._is_new(reason):
            reason = printable(reason, MAX_REASON_CHARACTERS)
            log.warning("%s: %s; it is tried for ever, and reports are kept meanwhile", self._at, reason)

    def broke(self, error: Exception) -> None:
        """An error that the code does not expect: the log has its traceback."""
        if self._is_new(str(error)):
            log.exception("the session with the broker broke; it is begun again for ever, please report this")

    def is_steady(self) -> bool:
        """Whether the connection lasted so long that the next attempt may come soon."""
        return self._connected_at is not None and boot_now() - self._connected_at > STEADY_SECONDS

    def _is_new(self, reason: str) -> bool:
        reason = f"{self._port} {printable(reason, MAX_REASON_CHARACTERS)}"
        return self._once.lost(reason, lasted=self.is_steady())
