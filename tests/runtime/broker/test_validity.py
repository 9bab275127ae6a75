"""The end of the program's own certificates."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runtime.broker.settings import Broker
from runtime.broker.validity import ca_ends, certificate_ends, shown_ends
from tests.servers.openssl import Authority, needs_openssl

pytestmark = needs_openssl
END = datetime(2031, 5, 17, 8, 30, tzinfo=UTC)


def test_the_end_of_a_certificate_is_read_from_its_file(tmp_path: Path) -> None:
    issued = Authority(tmp_path).issue("gradasi", "DNS:localhost", END)
    assert certificate_ends(Broker(certificate_file=str(issued.file))) == END.timestamp()


def test_of_two_cas_the_last_one_counts(tmp_path: Path) -> None:
    old, new = Authority(tmp_path / "old", days=10), Authority(tmp_path / "new", days=3650)
    both = tmp_path / "both.pem"
    both.write_text(old.ca_file.read_text() + new.ca_file.read_text())
    ends = ca_ends(Broker(ca_file=str(both)))
    assert ends is not None
    assert datetime.fromtimestamp(ends, UTC) > datetime.now(UTC) + timedelta(days=3000)


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n", "\x00"])
def test_a_file_without_a_certificate_has_no_end(tmp_path: Path, content: str) -> None:
    file = tmp_path / "file.pem"
    file.write_text(content)
    broker = Broker(ca_file=str(file), certificate_file=str(file))
    assert (ca_ends(broker), certificate_ends(broker)) == (None, None)


def test_a_program_without_certificates_has_no_end() -> None:
    assert (ca_ends(Broker()), certificate_ends(Broker()), shown_ends(None)) == (None, None, None)
    assert shown_ends(b"no certificate") is None
