"""What is wrong with a certificate is told with its file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runtime.broker.settings import Broker
from runtime.broker.tls import UnusableFile, context, credentials
from tests.servers.openssl import Authority, Certificate, needs_openssl

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def mine(authority: Authority) -> Certificate:
    return authority.issue("gradasi", "DNS:agent", datetime.now(UTC) + timedelta(days=1))


def refused(ca_file: Path, certificate_file: Path | str = "", key_file: Path | str = "") -> str:
    broker = Broker(ca_file=str(ca_file), certificate_file=str(certificate_file), key_file=str(key_file))
    with pytest.raises(OSError, match="_file ") as error:
        context(broker)
    return str(error.value)


def test_without_a_ca_there_is_no_tls() -> None:
    assert context(Broker()) is None


def test_the_right_files_are_taken(authority: Authority, mine: Certificate) -> None:
    broker = Broker(
        ca_file=str(authority.ca_file), certificate_file=str(mine.file), key_file=str(mine.key_file)
    )
    assert context(broker) is not None


def test_a_ca_that_is_no_certificate_is_named(mine: Certificate) -> None:
    assert refused(ca_file=mine.key_file) == (
        f"ca_file {mine.key_file}: no certificate or crl found; "
        "put the certificate of the broker's CA there, in PEM"
    )


def test_a_file_that_has_gone_is_named(tmp_path: Path) -> None:
    assert refused(ca_file=tmp_path / "ca.pem") == (
        f"ca_file {tmp_path}/ca.pem: No such file or directory; "
        "put the certificate of the broker's CA there, in PEM"
    )


def test_another_s_key_is_named_with_its_certificate(authority: Authority, mine: Certificate) -> None:
    other = authority.issue("dinkes", "DNS:agent", datetime.now(UTC) + timedelta(days=1))
    said = refused(ca_file=authority.ca_file, certificate_file=mine.file, key_file=other.key_file)
    assert said.startswith(
        f"certificate_file {mine.file} with key_file {other.key_file}: the key does not fit the certificate"
    )


def test_a_password_is_what_is_seen_of_it_and_utf_16_is_named(tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(b"\xef\xbb\xbfpublic\r\n")
    broker = Broker(username="budi", password_file=str(tmp_path / "password"))
    assert credentials(broker).password == "public"
    (tmp_path / "password").write_bytes("public".encode("utf-16"))
    with pytest.raises(UnusableFile, match=r"^password_file .*password: is UTF-16; save it as UTF-8"):
        credentials(broker)
