"""The programs beside the demo: each is a child that ends with it, even after kill -9 (prctl(2))."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from runtime.errors import UserError

HOST = "127.0.0.1"
STOP_SECONDS = 10.0
NUDGE_SECONDS = 1.0
LISTENING_SECONDS = 20.0
LOOK_SECONDS = 0.05
LAST_LINES = 5
PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl  # loaded here: after a fork a child of threads should do little


class ChildEnded(UserError):
    """A program that the demo needs has ended by itself."""


class Child:
    """A running program. What it writes goes to `log`."""

    def __init__(self, name: str, log: Path, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self.log = log
        self.process = process

    async def listening(self, port: int) -> None:
        """Return when it takes connections. Raises ChildEnded, and TimeoutError."""
        async with asyncio.timeout(LISTENING_SECONDS):
            while True:
                if self.process.returncode is not None:
                    raise self.end()
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection(HOST, port)
                    writer.close()
                    return
                await asyncio.sleep(LOOK_SECONDS)

    async def ended(self) -> None:
        """Raises ChildEnded as soon as it ends."""
        await self.process.wait()
        raise self.end()

    def end(self) -> ChildEnded:
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return ChildEnded(
            "\n".join([f"{self.name} ended with {self.process.returncode}; {self.log} says why:", *lines])
        )

    async def stop(self) -> None:
        """It gets SIGTERM each second: Mosquitto forgets one that comes while it starts."""
        for _ in range(round(STOP_SECONDS / NUDGE_SECONDS)):
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), NUDGE_SECONDS)
                return
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def child(name: str, command: Sequence[str], log: Path) -> AsyncIterator[Child]:
    """It runs while the context is open."""
    parent = os.getpid()
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=True,  # a Ctrl-C is the demo's, which ends its children in order
            preexec_fn=lambda: end_with(parent),
        )
    started = Child(name, log, process)
    try:
        yield started
    finally:
        if process.returncode is None:
            await started.stop()


def end_with(parent: int) -> None:
    """This process ends as soon as its parent does, which may be over already."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def free_port() -> int:
    """Free at this moment."""
    with socket.create_server((HOST, 0)) as server:
        port: int = server.getsockname()[1]
        return port
