"""What systemd is told (sd_notify(3)): ready, alive, stopping. Where it did not start the program, nothing.

And the log's lines: with their time, but in the journal, which has its own.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def service() -> AsyncIterator[None]:
    """Ready while the context is open; the watchdog hears from the event loop: a hung one is restarted."""
    _tell("READY=1")
    alive = asyncio.create_task(_stay_alive())
    try:
        yield
    finally:
        alive.cancel()
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
