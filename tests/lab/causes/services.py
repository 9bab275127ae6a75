"""The services of the lab: a name server and three applications, all of which can fail."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.lab.causes.plan import SERVICES_ADDRESS
from tests.netns import Host
from tests.servers.dnsmasq import DNSMASQ
from tests.system.programs import Program

APPLICATION_NAME = "antrean.example"
PORTS = {"antrean": 8090, "pajak": 8091, "surat": 8092}
"""By application. One that changes too often would be told as flapping."""
URLS = {
    app: f"http://{APPLICATION_NAME if app == 'antrean' else SERVICES_ADDRESS}:{port}/"
    for app, port in PORTS.items()
}
"""Agents look one name up. They know the others by address."""


class NameServer:
    """dnsmasq. Killed, its machine says that the port is closed."""

    def __init__(self, host: Host, folder: Path) -> None:
        self._host, self._folder = host, folder
        self._program: Program | None = None
        self.start()

    def start(self) -> None:
        options = [
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
            "--user=root",
        ]
        options += [f"--pid-file={self._folder / 'dnsmasq.pid'}", "--address=/example.com/192.0.2.80"]
        options += [f"--address=/{APPLICATION_NAME}/{SERVICES_ADDRESS}"]
        self._program = Program(self._host.command(DNSMASQ, *options), self._folder / "dnsmasq.log")

    def fall_silent(self) -> None:
        """Its machine drops all questions."""
        self._host.firewall("input", "udp dport 53 drop; tcp dport 53 drop")

    def speak(self) -> None:
        self._host.open_firewall()

    def kill(self) -> None:
        if self._program is not None:
            self._program.kill()
        self._program = None


class LabApplication:
    """A page that answers with `status`. Killed, its machine says that the port is closed."""

    def __init__(self, host: Host, port: int) -> None:
        self.status = 200
        self._host, self._port = host, port
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.start()

    def start(self) -> None:
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(application.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        with self._host.entered():
            self._server = ThreadingHTTPServer((SERVICES_ADDRESS, self._port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def kill(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None
