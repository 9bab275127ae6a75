"""The archive within the seal: a tar stream of a manifest, files by number, and the rows of the store."""

import io
import tarfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, cast

import msgspec
from msgspec import Struct

from collector.backup.seal import BadSeal, SealedReader, SealedWriter

MANIFEST, FILE, STORE = "manifest", "file/", "store/"
MANIFEST_BYTES_AT_MOST = 16 * 2**20
MEMBER_BYTES_AT_MOST = 64 * 2**20


class KeptFile(Struct, frozen=True):
    """`number` names the member with its contents; a folder has none. `mode` is as in chmod(2)."""

    path: str
    number: int
    is_folder: bool
    mode: int
    owner: str
    group: str


class Manifest(Struct, frozen=True):
    """`made_at` is Unix seconds, `revision` the store's schema, `store` its URL without a password."""

    version: str
    host: str
    made_at: float
    revision: str
    store: str
    config_file: str
    files: list[KeptFile]


class Member(NamedTuple):
    """Of `store/TABLE/N` the name is TABLE, of `file/N` it is N."""

    kind: str
    name: str
    contents: bytes


class ArchiveWriter:
    """Members in this order: the manifest, the files, the rows."""

    def __init__(self, below: BinaryIO, passphrase: str) -> None:
        self._sealed = SealedWriter(below, passphrase)
        sealed = cast(BinaryIO, self._sealed)
        self._tar = tarfile.open(fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._rows = 0

    def manifest(self, manifest: Manifest) -> None:
        self._add(MANIFEST, msgspec.json.encode(manifest))

    def file(self, number: int, contents: bytes) -> None:
        self._add(f"{FILE}{number}", contents)

    def rows(self, table: str, lines: bytes) -> None:
        self._add(f"{STORE}{table}/{self._rows}", lines)
        self._rows += 1

    def close(self) -> None:
        self._tar.close()
        self._sealed.close()

    def _add(self, name: str, contents: bytes) -> None:
        head = tarfile.TarInfo(name)
        head.size = len(contents)
        self._tar.addfile(head, io.BytesIO(contents))


class ArchiveReader:
    """Raises BadSeal. The archive is whole only when `members` has come to its end."""

    def __init__(self, below: BinaryIO, passphrase: str) -> None:
        self._sealed = SealedReader(below, passphrase)
        try:
            self._tar = tarfile.open(fileobj=cast(BinaryIO, self._sealed), mode="r|")  # noqa: SIM115
        except tarfile.TarError:
            raise BadSeal("holds no backup; give another file") from None
        [first] = [next(self.members(), Member("", "", b""))]
        if first.kind != MANIFEST or len(first.contents) > MANIFEST_BYTES_AT_MOST:
            raise BadSeal("has no manifest; give another file")
        try:
            self.manifest = msgspec.json.decode(first.contents, type=Manifest)
        except msgspec.DecodeError as error:
            raise BadSeal(f"its manifest is of another release ({error}); use that release") from None

    def members(self) -> Iterator[Member]:
        """Those that come next."""
        while True:
            try:
                head = self._tar.next()
                if head is None:
                    break
                opened = self._tar.extractfile(head) if head.size <= MEMBER_BYTES_AT_MOST else None
                if opened is None:
                    raise BadSeal("holds something that no backup has; give another file")
                contents = opened.read()
            except tarfile.TarError:
                raise BadSeal("holds no backup; give another file") from None
            kind, _, rest = head.name.partition("/")
            yield Member(kind, rest.partition("/")[0], contents)
        self._sealed.read_to_end()
