"""A sealed file opens with its passphrase, whole, or not at all."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.backup import seal
from collector.backup.seal import BadSeal, SealedReader, SealedWriter


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pieces, and guesses that cost little."""
    monkeypatch.setattr(seal, "PIECE_BYTES", 64)
    monkeypatch.setattr(seal, "COST", 2)


def sealed(contents: bytes, passphrase: str = "rahasia") -> bytes:
    below = io.BytesIO()
    writer = SealedWriter(below, passphrase)
    for at in range(0, len(contents), 50):
        writer.write(contents[at : at + 50])
    writer.close()
    return below.getvalue()


def opened(file: bytes, passphrase: str = "rahasia") -> bytes:
    return SealedReader(io.BytesIO(file), passphrase).read()


@given(st.binary(max_size=400))
@settings(suppress_health_check=[*settings().suppress_health_check])
def test_each_contents_comes_back(contents: bytes) -> None:
    assert opened(sealed(contents)) == contents


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 128, 129])
def test_sizes_around_a_piece_come_back(size: int) -> None:
    assert opened(sealed(b"x" * size)) == b"x" * size


def test_a_wrong_passphrase_opens_nothing() -> None:
    with pytest.raises(BadSeal, match="the passphrase is wrong, or the file is damaged"):
        opened(sealed(b"secret"), "guess")


def test_a_damaged_byte_anywhere_is_found() -> None:
    whole = sealed(b"x" * 150)
    for at in range(len(whole)):
        with pytest.raises(BadSeal):
            opened(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])


def test_a_file_that_ends_too_early_is_found() -> None:
    whole = sealed(b"x" * 150)
    for at in range(len(whole)):
        with pytest.raises(BadSeal):
            opened(whole[:at])


def test_pieces_in_another_order_are_found() -> None:
    whole = sealed(b"a" * 64 + b"b" * 64 + b"c" * 10)
    head, size = len(seal.MAGIC) + seal.SALT_BYTES, 64 + seal.TAG_BYTES
    one, other = whole[head : head + size], whole[head + size : head + 2 * size]
    with pytest.raises(BadSeal):
        opened(whole[:head] + other + one + whole[head + 2 * size :])


def test_another_file_is_no_backup() -> None:
    with pytest.raises(BadSeal, match="is no backup of pantau"):
        opened(b"PK\3\4 something else entirely, and long enough")
