from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.dnsmasq import dnsmasq
from tests.servers.nginx import Nginx, nginx
from tests.servers.openssl import Authority, Certificate

NOW = datetime.now(UTC).replace(microsecond=0)
EXPIRED = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
SOON = NOW + timedelta(days=7)
LATER = NOW + timedelta(days=90)
HERE = "DNS:localhost,IP:127.0.0.1,IP:::1"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def old_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Expires before what it signs."""
    return Authority(tmp_path_factory.mktemp("old-authority"), "old CA", days=2)


@pytest.fixture(scope="session")
def certificates(
    authority: Authority, old_authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Certificate]:
    stranger = Authority(tmp_path_factory.mktemp("stranger"), "stranger")
    return {
        "good": authority.issue("good", HERE, LATER),
        "expiring": authority.issue("expiring", HERE, SOON),
        "expired": authority.issue("expired", HERE, EXPIRED),
        "other-host": authority.issue("other-host", "DNS:other.example", LATER),
        "of-old-authority": old_authority.issue("of-old-authority", HERE, LATER),
        "stranger": stranger.issue("stranger", HERE, LATER),
    }


@pytest.fixture(scope="session")
def web(certificates: dict[str, Certificate], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with nginx(tmp_path_factory.mktemp("nginx"), certificates) as running:
        yield running


@pytest.fixture(scope="session")
def resolver() -> Iterator[int]:
    with dnsmasq() as port:
        yield port
