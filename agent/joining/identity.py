"""The files of an agent's identity: its key with its certificate, and the authorities that it believes.

Key and certificate share one file, so that a renewal replaces both at once. The key of a request that has
no answer yet waits in a file of its own: who asks again with the same key gets the same certificate.
"""

import os
from pathlib import Path
from typing import NamedTuple

from runtime.broker.settings import Broker
from runtime.files.reading import PEM_BYTES_AT_MOST, data
from runtime.files.writing import PRIVATE, write_whole

CERTIFICATE, TRUST = "agent.pem", "trust.pem"
BEGIN_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


class Identity(NamedTuple):
    """`certificate_file` holds the key too."""

    certificate_file: Path
    trust_file: Path

    @property
    def pending_file(self) -> Path:
        return self.certificate_file.with_name("pending.key")

    def pending_key(self) -> bytes:
        """Of the request under way, b"" where there is none. Raises OSError."""
        try:
            return data(self.pending_file, PEM_BYTES_AT_MOST)
        except FileNotFoundError:
            return b""

    def keep_pending(self, key: bytes) -> None:
        """Raises OSError."""
        write_whole(self.pending_file, key, PRIVATE)

    def forget_pending(self) -> None:
        self.pending_file.unlink(missing_ok=True)

    def certificate(self) -> str:
        """In PEM, without the key. Raises OSError and ValueError."""
        _, begin, rest = data(self.certificate_file, PEM_BYTES_AT_MOST).partition(BEGIN_CERTIFICATE)
        if not begin:
            raise ValueError("holds no certificate")
        return (begin + rest).decode()

    def key(self) -> bytes:
        """In PEM, with the certificate behind it. Raises OSError."""
        return data(self.certificate_file, PEM_BYTES_AT_MOST)

    def trust(self) -> str:
        """Raises OSError and ValueError."""
        return data(self.trust_file, PEM_BYTES_AT_MOST).decode()

    def replace(self, key: bytes, certificate: str, trust: str) -> None:
        """The trust first: it holds the old authority too, so each moment between is good. Raises OSError."""
        write_whole(self.trust_file, trust.encode())
        whole = key.strip() + b"\n" + certificate.strip().encode() + b"\n"
        write_whole(self.certificate_file, whole, PRIVATE)
        self.forget_pending()


def identity_in(directory: Path) -> Identity:
    """Of a box that joins; its folder is there afterwards. Raises OSError."""
    folder = directory / "identity"
    directory.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        owner = directory.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:
            os.chown(folder, owner.st_uid, owner.st_gid)
    return Identity(folder / CERTIFICATE, folder / TRUST)


def identity_of(broker: Broker) -> Identity:
    return Identity(Path(broker.certificate_file), Path(broker.ca_file))
