"""The control room's own certificates where a person signs: the key waits in a file until they have."""

import logging
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from collector.admission.files import held
from collector.authority.invitation import SigningRequest
from collector.authority.issued import Kind
from collector.authority.keys import BadKey, key_digest, new_key, private_key, private_pem
from collector.authority.own import own_pem, request_own
from collector.database.certificates import AuthorityBook
from runtime.files.writing import PRIVATE, write_whole

log = logging.getLogger(__name__)


class ByHand:
    """`directory` is that of the authority. Its methods raise OSError and StoreError."""

    def __init__(self, directory: Path, book: AuthorityBook) -> None:
        self._directory = directory
        self._book = book

    def signed(self, kind: Kind, name: str, chain: str, now: float) -> bytes:
        """The contents of the file; b"" while the request waits, which it does from now on."""
        key = self._waiting_key(kind)
        digest = key_digest(key.public_key())
        issued = self._book.of_key(digest)
        if issued is not None and issued.kind == kind:
            return own_pem(key, issued, chain)
        if not any(one.key == digest for one in self._book.requests()):
            self._book.reserve("", SigningRequest(digest, kind, name, request_own(key), now))
            log.warning("%s: its certificate is to be renewed: sign it with pantau-collector sign", name)
        return b""

    def forget(self, kind: Kind) -> None:
        """The key is in use."""
        self._file(kind).unlink(missing_ok=True)

    def _waiting_key(self, kind: Kind) -> ec.EllipticCurvePrivateKey:
        try:
            return private_key(held(self._file(kind)))
        except BadKey:
            key = new_key()
            write_whole(self._file(kind), private_pem(key), PRIVATE)
            return key

    def _file(self, kind: Kind) -> Path:
        return self._directory / f"{kind}.waiting.key"
