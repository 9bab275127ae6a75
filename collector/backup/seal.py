"""Seals a stream with a passphrase: AES-256-GCM in pieces (NIST SP 800-38D), the key by scrypt (RFC 7914).

Each piece is bound to its number and to whether it is the last one. So a piece that is damaged, missing or in
another place is found out, and so is a file that ends too early.
"""

import secrets
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from runtime.errors import UserError

MAGIC = b"pantau backup 1\n"
SALT_BYTES, KEY_BYTES, TAG_BYTES = 16, 32, 16
PIECE_BYTES = 2**20
COST, BLOCK_SIZE, PARALLEL = 2**15, 8, 1
"""32 MiB of memory and a tenth of a second for each guess."""


class BadSeal(UserError):
    """The file can't be opened. One line: the fault and the remedy."""


class SealedWriter:
    """A file object to write to; `close` seals the last piece and leaves the file below open."""

    def __init__(self, below: BinaryIO, passphrase: str) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        self._below = below
        self._cipher = _cipher(passphrase, salt)
        self._number = 0
        self._waiting = bytearray()
        below.write(MAGIC + salt)

    def write(self, contents: bytes) -> int:
        self._waiting += contents
        while len(self._waiting) > PIECE_BYTES:  # a whole piece that may be the last one waits
            self._seal(bytes(self._waiting[:PIECE_BYTES]), last=False)
            del self._waiting[:PIECE_BYTES]
        return len(contents)

    def close(self) -> None:
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, piece: bytes, last: bool) -> None:
        self._below.write(self._cipher.encrypt(_nonce(self._number, last), piece, MAGIC))
        self._number += 1


class SealedReader:
    """A file object to read from. Raises BadSeal, and nothing of a damaged piece comes out."""

    def __init__(self, below: BinaryIO, passphrase: str) -> None:
        head = below.read(len(MAGIC) + SALT_BYTES)
        if head[: len(MAGIC)] != MAGIC or len(head) != len(MAGIC) + SALT_BYTES:
            raise BadSeal("is no backup of pantau, or of a newer release; give another file")
        self._below = below
        self._cipher = _cipher(passphrase, head[len(MAGIC) :])
        self._number = 0
        self._ahead = below.read(PIECE_BYTES + TAG_BYTES)
        self._open = bytearray()
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._open) < size):
            self._unseal()
        taken = bytes(self._open if size < 0 else self._open[:size])
        del self._open[: len(taken)]
        return taken

    def read_to_end(self) -> None:
        """Every piece is whole, and the last one is the last."""
        while not self._ended:
            self._unseal()
            self._open.clear()

    def _unseal(self) -> None:
        piece, self._ahead = self._ahead, self._below.read(PIECE_BYTES + TAG_BYTES)
        last = not self._ahead
        try:
            self._open += self._cipher.decrypt(_nonce(self._number, last), piece, MAGIC)
        except InvalidTag:
            first = "the passphrase is wrong, or " if self._number == 0 else ""
            raise BadSeal(
                f"{first}the file is damaged; try the passphrase again, or another backup"
            ) from None
        self._number += 1
        self._ended = last


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt, KEY_BYTES, COST, BLOCK_SIZE, PARALLEL).derive(passphrase.encode()))


def _nonce(number: int, last: bool) -> bytes:
    """12 bytes. A key seals one backup alone, so a counter is enough."""
    return struct.pack(">IQ", last, number)
