"""The web's own certificate. A renewed one counts from the next connection on, without a restart."""

import logging
import ssl
from pathlib import Path

from runtime.settings import BadConfig
from runtime.trouble import Trouble

log = logging.getLogger(__name__)


class WebCertificate:
    """`context` is for the next connection. Opening raises BadConfig."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.file = certificate
        self._files = (certificate, key)
        self._trouble = Trouble()
        try:
            self._written = self._look_at_files()
            self.context = self._load()
        except (OSError, ValueError) as error:
            raise BadConfig(f"web: {self._told(error)}") from None

    def look(self) -> None:
        """Take a renewed certificate. Of one that can't be used the log tells once; the old one stays."""
        try:
            if (written := self._look_at_files()) == self._written:
                return
            self.context, self._written = self._load(), written
        except (OSError, ValueError) as error:
            if self._trouble.began(self._told(error)):
                log.error("the web keeps its old certificate: %s", self._trouble.reason)
        else:
            self._trouble.ended()
            log.info("%s: the web shows the renewed certificate", self.file)

    def _look_at_files(self) -> list[int]:
        return [file.stat().st_mtime_ns for file in self._files]

    def _load(self) -> ssl.SSLContext:
        """A context of its own: one whose key does not fit its certificate would refuse everybody."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(*self._files)
        return made

    def _told(self, error: OSError | ValueError) -> str:
        certificate, key = self._files
        if isinstance(error, ssl.SSLError):
            return f"{certificate}, {key}: no certificate with its key in PEM; write both there"
        file = getattr(error, "filename", None) or certificate
        return f"{file}: {getattr(error, 'strerror', None) or error}; let this user read it"
