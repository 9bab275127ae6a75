"""With a CA of one's own: the files that setup writes, with certificates that openssl makes."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.alone import alone
from tests.netns import needs_namespaces
from tests.servers.mosquitto import MOSQUITTO, needs_mosquitto
from tests.servers.openssl import Authority, needs_openssl
from tests.system.programs import collector, eventually, get, running

pytestmark = [needs_mosquitto, needs_namespaces, needs_openssl]


@pytest.fixture
def directory() -> Iterator[Path]:
    """Not in tmp_path, which Mosquitto's user may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="pantau-own-ca-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_broker_and_collector_run_with_certificates_of_another_ca(directory: Path, tmp_path: Path) -> None:
    log, ends = tmp_path / "log", datetime.now(UTC) + timedelta(days=90)
    with running(collector("setup", "--directory", str(directory), "--own-ca"), log) as setup:
        assert setup.process.wait(60) == 0, setup.said()
    authority = Authority(tmp_path / "ca")
    own = authority.issue("_collector", "DNS:unused", ends, "clientAuth")
    shutil.copy(authority.ca_file, directory / "ca.pem")
    shutil.copy(own.file, directory / "collector.pem")
    shutil.copy(own.key_file, directory / "collector.key")
    server = authority.issue("broker", "DNS:localhost", ends, "serverAuth")
    shutil.copy(authority.ca_file, directory / "mosquitto" / "trust.pem")
    (directory / "mosquitto" / "trust.pem").chmod(0o644)
    broker_pem = directory / "mosquitto" / "broker.pem"
    broker_pem.write_text(server.key_file.read_text() + server.file.read_text())
    if os.geteuid() == 0:
        shutil.chown(broker_pem, "mosquitto")
    toml = str(directory / "collector.toml")
    with (
        alone(),
        running([MOSQUITTO, "-c", str(directory / "mosquitto" / "mosquitto.conf")], log) as broker,
        running(collector("run", "--config", toml), tmp_path / "collector.log") as program,
    ):
        ready = "http://127.0.0.1:8470/readyz"
        eventually(lambda: get(ready), why=lambda: broker.said() + program.said())
