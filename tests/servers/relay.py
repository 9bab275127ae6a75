"""A way to a server on loopback that can be cut and mended, as a cable."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread

from tests.free_ports import LOOPBACK


class Relay:
    """`port` leads to `target`, another port of the loopback."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server = socket.create_server((LOOPBACK, 0))
        self.port: int = self._server.getsockname()[1]
        self._cut = False
        self._lock = Lock()
        self._ends: list[socket.socket] = []
        self._threads = [Thread(target=self._serve)]
        self._threads[0].start()

    def cut(self) -> None:
        """All connections end, and new ones as soon as they begin."""
        with self._lock:
            self._cut = True
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        with self._lock:
            self._cut = False

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self.cut()
        for thread in self._threads:
            thread.join()
        for one in (self._server, *self._ends):
            one.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            with self._lock, suppress(OSError):
                self._ends.append(near)
                if self._cut:
                    near.shutdown(socket.SHUT_RDWR)
                    continue
                far = socket.create_connection((LOOPBACK, self._target))
                self._ends.append(far)
                for pair in ((near, far), (far, near)):
                    self._threads.append(Thread(target=_carry, args=pair))
                    self._threads[-1].start()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(target: int) -> Iterator[Relay]:
    made = Relay(target)
    try:
        yield made
    finally:
        made.close()
