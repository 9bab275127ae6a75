"""A real Mosquitto on a free port of the loopback: started, stopped, killed, started again on the same."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.free_ports import LOOPBACK, free_port, wait_until_listening

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""

SIGNALS = 10
"""One each second."""

needs_mosquitto = pytest.mark.skipif(not MOSQUITTO, reason="needs mosquitto")


class Mosquitto:
    """`options` are lines of mosquitto.conf(5) after the listener's; without any, all may do everything.

    A `verbose` one logs each packet, which takes longer than the packet.
    """

    host = LOOPBACK

    def __init__(
        self,
        directory: Path,
        options: Sequence[str] = (),
        *,
        persistent: bool = False,
        verbose: bool = True,
    ) -> None:
        self.port = free_port()
        self._directory = directory
        self._config = directory / "mosquitto.conf"
        self._command = [MOSQUITTO, *(["-v"] if verbose else []), "-c", str(self._config)]
        lines = ["user root", f"listener {self.port} {self.host}", *(options or ["allow_anonymous true"])]
        if persistent:
            lines += ["persistence true", f"persistence_location {directory}/"]
        self._config.write_text("\n".join(lines) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._directory / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        wait_until_listening(self.port, self._process)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would: sessions, queues and, unless persistent, retained messages are gone."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Connections stay open, and nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def reload(self) -> None:
        """Read ACL and CRL anew."""
        self._signal(signal.SIGHUP)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        return (self._directory / "mosquitto.log").read_text()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        """Mosquitto forgets a signal that comes between its listening and its main loop. So it gets more."""
        process, self._process = self._process, None
        if process is None:
            return
        for _ in range(SIGNALS):
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(1)
                return
        raise AssertionError(f"mosquitto did not end after {SIGNALS} times {number.name}")


@contextmanager
def mosquitto(
    directory: Path, options: Sequence[str] = (), *, persistent: bool = False, verbose: bool = True
) -> Iterator[Mosquitto]:
    directory.mkdir(parents=True, exist_ok=True)
    broker = Mosquitto(directory, options, persistent=persistent, verbose=verbose)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
