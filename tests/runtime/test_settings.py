"""A settings file becomes a struct; each error in it is one line: file, key, what is wrong."""

from pathlib import Path

import msgspec
import pytest

from runtime.broker.settings import Broker, unreadable_file
from runtime.settings import BadConfig, load


class Lamp(msgspec.Struct, forbid_unknown_fields=True):
    watts: int = 5


def written(folder: Path, content: bytes) -> Path:
    file = folder / "lamp.toml"
    file.write_bytes(content)
    return file


def test_a_file_becomes_its_struct(tmp_path: Path) -> None:
    assert load(written(tmp_path, b"\xef\xbb\xbfwatts = 7\n"), Lamp) == Lamp(7)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'watts = "7"', "watts: Expected `int`, got `str`"),
        (b"volts = 7", "top level: Object contains unknown field `volts`"),
        (b"watts = seven", "line 1: watts = seven: not TOML: Invalid value; write text in"),
        ("watts = 7".encode("utf-16"), "is UTF-16; save it as UTF-8"),
    ],
)
def test_an_error_names_file_and_key(tmp_path: Path, content: bytes, error: str) -> None:
    file = written(tmp_path, content)
    with pytest.raises(BadConfig) as caught:
        load(file, Lamp)
    assert str(caught.value).startswith(f"{file}: {error}")


def test_a_missing_file_has_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"none\.toml: No such file or directory; give another file with"):
        load(tmp_path / "none.toml", Lamp)


def test_a_program_may_describe_an_error_itself(tmp_path: Path) -> None:
    file = written(tmp_path, b'watts = "much"')
    with pytest.raises(BadConfig, match=r"lamp\.toml: much$"):
        load(file, Lamp, lambda _error, document: str(document["watts"]))


def test_the_first_broker_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    ca = written(tmp_path, b"")
    assert unreadable_file(Broker(ca_file=str(ca))) == ""
    missing = f"{ca}.key"
    assert (
        unreadable_file(Broker(ca_file=str(ca), key_file=missing))
        == f"broker.key_file: {missing} is not a file that this user can read"
    )
