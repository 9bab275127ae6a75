"""When a certificate expires, as openssl dates it and as the agent reads it."""

import ssl
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.probes.http.certificates import expiry
from tests.servers.openssl import Authority, needs_openssl

pytestmark = needs_openssl


def der(authority: Authority, not_after: datetime) -> bytes:
    certificate = authority.issue("dated", "DNS:dated.example", not_after)
    return ssl.PEM_cert_to_DER_cert(certificate.file.read_text().split("-----END")[0] + ssl.PEM_FOOTER)


@pytest.mark.parametrize(
    "not_after",
    [
        datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
        datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2050, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_an_expiry_is_read_in_both_forms_of_time(authority: Authority, not_after: datetime) -> None:
    assert expiry([der(authority, not_after)]) == not_after.timestamp()


def test_the_first_of_a_chain_to_expire_counts(authority: Authority) -> None:
    sooner, later = datetime(2030, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    assert expiry([der(authority, later), der(authority, sooner)]) == sooner.timestamp()


@pytest.fixture(scope="module")
def whole(authority: Authority) -> bytes:
    return der(authority, datetime(2030, 1, 1, tzinfo=UTC))


@given(st.data())
def test_a_damaged_certificate_has_a_date_or_is_a_value_error(whole: bytes, data: st.DataObject) -> None:
    damaged = bytearray(whole[: data.draw(st.integers(1, len(whole)))])
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=5)):
        damaged[at] = data.draw(st.integers(0, 255))
    with suppress(ValueError):
        assert isinstance(expiry([bytes(damaged)]), float)
