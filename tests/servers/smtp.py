"""A mail server in a thread, as far as a client needs one: it keeps each mail, or refuses receivers."""

import email
import threading
from email.message import EmailMessage
from email.policy import default
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import NamedTuple

from tests.free_ports import LOOPBACK


class ReceivedMail(NamedTuple):
    receivers: list[str]
    message: EmailMessage


class MailServer:
    """`refusal` is the answer to each receiver in place of 250, if set: "550 No such user"."""

    def __init__(self) -> None:
        self.mails: list[ReceivedMail] = []
        self.refusal = ""
        mail_server = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                receivers: list[str] = []
                self._say("220 stand-in")
                for line in self.rfile:
                    verb, _, rest = line.decode().strip().partition(" ")
                    match verb.upper():
                        case "RCPT" if mail_server.refusal:
                            self._say(mail_server.refusal)
                        case "RCPT":
                            receivers.append(rest.partition("<")[2].partition(">")[0])
                            self._say("250 ok")
                        case "DATA":
                            self._say("354 go on")
                            mail_server.mails.append(ReceivedMail(receivers, self._message()))
                            self._say("250 taken")
                        case "QUIT":
                            self._say("221 bye")
                            return
                        case _:
                            self._say("250 ok")

            def _message(self) -> EmailMessage:
                lines = []
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(line.removeprefix(b"."))
                found = email.message_from_bytes(b"".join(lines), policy=default)
                assert isinstance(found, EmailMessage)
                return found

            def _say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

        self._server = ThreadingTCPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def url(self) -> str:
        """As an Apprise URL of an account without a password."""
        return f"mailto://{LOOPBACK}:{self.port}?from=noc@pontianak.example"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
