"""A sender that is killed at the n-th line that it executes, and one that is not: a process for each.

Reads "<database> <webhook> <n>" lines, n 0 for never, and answers each with "killed" or "ended". Forked from
one that has imported everything, a sender lives for less than a tenth of a second.
"""

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import Any

from collector.database import notices
from collector.database.engine import connect
from collector.inventory import City, Receiver
from collector.inventory.city import Webhook
from collector.notify import sender
from collector.notify.channels import webhook as request

TRACED = {notices.__file__, request.__file__, sender.__file__}
FAILED = 3


class Doom:
    """Counts the lines of all threads, and kills at one of them."""

    def __init__(self, line: int) -> None:
        self._left = line
        self._lock = threading.Lock()

    def begin(self) -> None:
        threading.settrace(self._call)
        sys.settrace(self._call)

    def _call(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._line if frame.f_code.co_filename in TRACED else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            with self._lock:
                self._left -= 1
                if not self._left:
                    os.kill(os.getpid(), signal.SIGKILL)
        return self._line


async def _no_time(seconds: float) -> None:
    await asyncio.sleep(0)


async def send(database: str, webhook: str, line: int) -> None:
    """Until nothing waits any more."""
    box = notices.NoticeOutbox(connect(f"sqlite:///{database}"))
    city = City(
        name="Doomed",
        receivers={name: Receiver(webhook=Webhook(url=f"{webhook}{name}")) for name in ("shift", "other")},
    )
    sending = sender.Sender(box, lambda: city, pause=_no_time)
    if line:
        Doom(line).begin()
    task = asyncio.create_task(sending.run())
    while sending._served or not task.done():
        await asyncio.sleep(0.001)
        if not sending._served and not await asyncio.to_thread(box.receivers):
            break
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def child(database: str, webhook: str, line: int) -> None:
    try:
        asyncio.run(asyncio.wait_for(send(database, webhook, line), 30))
    except BaseException as error:
        sys.stderr.write(f"{error!r}\n")
        os._exit(FAILED)
    os._exit(0)


def main() -> None:
    for order in sys.stdin:
        database, webhook, line = order.split()
        born = os.fork()
        if not born:
            child(database, webhook, int(line))
        _, status = os.waitpid(born, 0)
        if os.waitstatus_to_exitcode(status) not in (0, -signal.SIGKILL):
            sys.exit(FAILED)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else "ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
