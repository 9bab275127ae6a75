"""A webhook in a thread: every document that was posted, and the monotonic time of its arrival."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.free_ports import LOOPBACK


class Webhook:
    """`answer` gives the status for the path and a document; without it all are taken."""

    def __init__(
        self,
        address: str = LOOPBACK,
        port: int = 0,
        answer: Callable[[str, dict[str, Any]], int] = lambda path, document: 200,
    ) -> None:
        self.arrived: list[tuple[float, dict[str, Any]]] = []
        arrived = self.arrived

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                now = time.monotonic()
                document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                arrived.append((now, document))
                self.send_response(answer(self.path, document))
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer((address, port), Handler)
        self.url = f"http://{address}:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [document for _, document in self.arrived]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
