"""What an editor left around a secret of the collector."""

from pathlib import Path

import pytest

from collector.config import Web
from collector.notify.channels.secrets import lines
from runtime.settings import BadConfig


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfs3cr3t\r\n", b"s3cr3t", b"s3cr3t \n", "s3cr3t\u00a0".encode()]
)
def test_a_token_is_what_is_seen_of_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    assert Web(token_file=str(tmp_path / "token")).token() == "s3cr3t"


def test_a_token_in_utf_16_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes("s3cr3t".encode("utf-16"))
    with pytest.raises(BadConfig, match=r"web\.token_file: .*token: is UTF-16; save it as UTF-8"):
        Web(token_file=str(tmp_path / "token")).token()


def test_lines_are_without_comments_and_a_blank_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "url"
    file.write_text("\ufeff# what it is\n\n tgram://token/ \n")
    assert lines(file) == lines(file) == ["tgram://token/"]
    assert caplog.text.count("blanks around the secret are left out; save it without them") == 1
