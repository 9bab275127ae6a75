"""A file is written whole or not at all, and belongs to the owner of its folder."""

import os
from pathlib import Path

import pytest

from runtime.files.writing import PRIVATE, write_new, write_whole


def test_a_private_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "key", b"secret", PRIVATE)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_the_new_contents_take_the_place_of_the_old(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"old and longer")
    write_whole(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", b"old")
    with pytest.raises(TypeError):
        write_whole(tmp_path / "file", "not bytes")  # type: ignore[arg-type]
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_link_that_lies_in_wait_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"untouched")
    (tmp_path / ".file.new").symlink_to(tmp_path / "elsewhere")
    write_whole(tmp_path / "file", b"new")
    assert (tmp_path / "elsewhere").read_bytes() == b"untouched"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_root_writes_for_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12346)
    write_whole(tmp_path / "key", b"secret", PRIVATE)
    assert ((tmp_path / "key").stat().st_uid, (tmp_path / "key").stat().st_gid) == (12345, 12346)


def test_a_new_file_takes_the_place_of_none(tmp_path: Path) -> None:
    file = tmp_path / "ca.key"
    write_new(file, b"first", PRIVATE)
    with pytest.raises(FileExistsError):
        write_new(file, b"second")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"first", PRIVATE)
    assert list(tmp_path.iterdir()) == [file]


def test_a_device_is_never_replaced(tmp_path: Path) -> None:
    """As root, `--png /dev/null` would take it away from the whole machine."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is not a regular file"):
        write_whole(tmp_path / "pipe", b"new")
    assert (tmp_path / "pipe").is_fifo()
