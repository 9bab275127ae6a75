"""The program tells systemd that it is ready, alive and stopping (sd_notify(3)), where systemd started it.

And the log's lines: each has its time, except in the journal, which adds its own.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from runtime.tasks import alongside


@asynccontextmanager
async def service() -> AsyncIterator[None]:
    """Ready while the context is open; the event loop feeds the watchdog: systemd restarts one that hangs."""
    _tell("READY=1")
    try:
        async with alongside(_stay_alive()):
            yield
    finally:
        _tell("STOPPING=1")


async def _stay_alive() -> None:
    microseconds = int(os.environ.get("WATCHDOG_USEC", "0"))
    while microseconds:
        _tell("WATCHDOG=1")
        await asyncio.sleep(microseconds / 2e6)


def _tell(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagram, suppress(OSError):
        datagram.setblocking(False)
        datagram.sendto(state.encode(), address.replace("@", "\0", 1))  # "@": an abstract socket


def log_format() -> str:
    """JOURNAL_STREAM says which file is the journal (systemd.exec(5))."""
    stderr = os.fstat(2)
    journal = os.environ.get("JOURNAL_STREAM") == f"{stderr.st_dev}:{stderr.st_ino}"
    return "%(levelname)s %(message)s" if journal else "%(asctime)s %(levelname)s %(message)s"
