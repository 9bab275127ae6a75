"""The authorities of a city in a folder: `ca/1.pem` and `ca/1.key`, `ca/2.pem`… The highest is the newest.

A key that is kept off-line has no `.key` here, and one with a passphrase that nobody gives is of no use.
Then people sign by hand. `cross/2.pem` is authority 2 signed by authority 1.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from collector.authority.ca import Ca
from collector.authority.keys import BadKey, HasPassphrase, private_key, private_pem
from runtime.errors import UserError
from runtime.files.reading import PEM_BYTES_AT_MOST, data
from runtime.files.writing import PRIVATE, write_new, write_whole

SIGNING, RETIRED = "signing", "retired"
NUMBER_BYTES_AT_MOST = 16


class BadAuthority(UserError):
    """The folder can't be used. One line: the file, the fault, the remedy."""


class AuthorityFolder:
    """Raises BadAuthority."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, passphrase: str = "") -> list[Ca]:
        """All authorities, the oldest first; none in a folder that holds none yet.

        A key without its certificate is damage: another authority in its place would shut the city out. Only
        one that was about to be made, when the power failed, is left out: it has signed nothing.
        """
        whole = self._numbers("*.pem")
        lone = self._numbers("*.key") - whole
        if whole and lone:
            lone -= {number for number in lone if number > max(*whole, self.signing_number())}
        return [self._load(number, passphrase) for number in sorted(whole | lone)]

    @property
    def next_number(self) -> int:
        """No authority had it, not even one that was about to be made."""
        return max(self._numbers("*.pem") | self._numbers("*.key"), default=0) + 1

    def _numbers(self, pattern: str) -> set[int]:
        return {int(file.stem) for file in self._ca.glob(pattern) if file.stem.isdigit()}

    def save(self, ca: Ca, passphrase: str = "") -> None:
        """The key before the certificate: an authority without its key would look like one kept off-line.

        The key of another authority stays where it is; the same key may get a passphrase.
        """
        try:
            self.make_folders()
            if ca.key is not None:
                self._save_key(ca.number, ca.key, passphrase)
            write_whole(self._ca / f"{ca.number}.pem", ca.pem.encode())
        except OSError as error:
            raise _unwritable(error) from None

    def _save_key(self, number: int, key: ec.EllipticCurvePrivateKey, passphrase: str) -> None:
        """Raises OSError."""
        file, pem = self.key_file(number), private_pem(key, passphrase)
        try:
            write_new(file, pem, PRIVATE)
        except FileExistsError:
            try:
                held = private_key(data(file, PEM_BYTES_AT_MOST), passphrase)
            except BadKey:
                held = None
            if held is None or held.public_key() != key.public_key():
                raise BadAuthority(
                    f"{file}: is the key of another authority; restore its certificate from a backup"
                ) from None
            write_whole(file, pem, PRIVATE)

    def save_cross(self, newer: Ca, pem: str) -> None:
        try:
            self.make_folders()
            write_whole(self._cross / f"{newer.number}.pem", pem.encode())
        except OSError as error:
            raise _unwritable(error) from None

    def cross(self, ca: Ca) -> str:
        """The certificate by which those who believe only the one before believe this; "" for the first."""
        try:
            return data(self._cross / f"{ca.number}.pem", PEM_BYTES_AT_MOST).decode()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise BadAuthority(
                f"{self._cross / f'{ca.number}.pem'}: {error}; restore it from a backup"
            ) from None

    def save_list(self, ca: Ca, crl: bytes, canary: bytes) -> None:
        """A list that a person signed, with its canary."""
        self.save_canary(canary)
        self.save_crl(ca, crl)

    def save_crl(self, ca: Ca, pem: bytes) -> None:
        """A list that a person signed: `crl/1.pem` of authority 1."""
        try:
            self.make_folders()
            write_whole(self._crl / f"{ca.number}.pem", pem)
        except OSError as error:
            raise _unwritable(error) from None

    @property
    def canary_file(self) -> Path:
        """Key and certificate of the canary that the newest list names."""
        return self.path / "canary.pem"

    def save_canary(self, pem: bytes) -> None:
        try:
            write_whole(self.canary_file, pem, PRIVATE)
        except OSError as error:
            raise _unwritable(error) from None

    def crl(self, ca: Ca) -> bytes:
        """The last list that a person signed, b"" for none."""
        try:
            return data(self._crl / f"{ca.number}.pem", PEM_BYTES_AT_MOST)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise BadAuthority(f"{error.filename}: {error.strerror}; sign another list") from None

    def signing_number(self) -> int:
        """The authority that signs; the first until `use` names another."""
        try:
            return int(data(self.path / SIGNING, NUMBER_BYTES_AT_MOST))
        except FileNotFoundError:
            return 1
        except (OSError, ValueError) as error:
            raise BadAuthority(
                f"{self.path / SIGNING}: {error}; write the number of the authority that signs"
            ) from None

    def use(self, number: int) -> None:
        """This authority signs from now on."""
        try:
            write_whole(self.path / SIGNING, f"{number}\n".encode())
        except OSError as error:
            raise _unwritable(error) from None

    def retire(self, ca: Ca) -> None:
        """Nobody believes it from now on. Its files stay, in `retired/`; its cross certificate goes on.

        The key goes first: a certificate that a power cut leaves alone can still be retired.
        """
        try:
            _make(self.path / RETIRED)
            for file in (self.key_file(ca.number), self._ca / f"{ca.number}.pem"):
                if file.exists():
                    file.replace(self.path / RETIRED / file.name)
        except OSError as error:
            raise _unwritable(error) from None

    def key_file(self, number: int) -> Path:
        return self._ca / f"{number}.key"

    def make_folders(self) -> None:
        """Raises OSError. Each belongs to the owner of the folder above it."""
        for folder in (self.path, self._ca, self._cross, self._crl):
            _make(folder)

    @property
    def _ca(self) -> Path:
        return self.path / "ca"

    @property
    def _cross(self) -> Path:
        return self.path / "cross"

    @property
    def _crl(self) -> Path:
        return self.path / "crl"

    def _load(self, number: int, passphrase: str) -> Ca:
        file, key_file = self._ca / f"{number}.pem", self.key_file(number)
        try:
            certificate = x509.load_pem_x509_certificate(data(file, PEM_BYTES_AT_MOST))
        except OSError as error:
            raise BadAuthority(f"{file}: {error.strerror}; restore it from a backup") from None
        except ValueError:
            raise BadAuthority(f"{file}: is no certificate in PEM; restore it from a backup") from None
        try:
            key = _key(key_file, passphrase)
            ca = Ca(number, certificate, key)
            if key is not None and key.public_key() != ca.public_key:
                raise BadKey("is not the key of the certificate beside it; restore both from a backup")
        except OSError as error:
            raise BadAuthority(f"{key_file}: {error.strerror}; restore it from a backup") from None
        except BadKey as bad:
            raise BadAuthority(f"{key_file}: {bad}") from None
        return ca


def _key(file: Path, passphrase: str) -> ec.EllipticCurvePrivateKey | None:
    """None where it is kept off-line, or where a person alone has the passphrase.

    Raises OSError and BadKey.
    """
    try:
        return private_key(data(file, PEM_BYTES_AT_MOST), passphrase)
    except (FileNotFoundError, HasPassphrase):
        return None


def trust_of(authorities: Sequence[Ca]) -> str:
    """The certificates that one believes, in PEM, the newest first."""
    return "".join(ca.pem for ca in reversed(authorities))


def _make(folder: Path) -> None:
    """Raises OSError."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        return
    owner = folder.parent.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        os.chown(folder, owner.st_uid, owner.st_gid)


def _unwritable(error: OSError) -> BadAuthority:
    return BadAuthority(f"{error.filename}: {error.strerror}; let this user write there")
