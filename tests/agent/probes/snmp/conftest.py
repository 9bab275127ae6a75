"""The secret of the devices that tests write by hand; each test begins without a memory of devices."""

from pathlib import Path

import pytest

from agent.probes.snmp.measure import manager


@pytest.fixture(autouse=True)
def _no_known_devices() -> None:
    """A port of 127.0.0.1 comes again soon, with another device."""
    manager.cache_clear()


@pytest.fixture
def community(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public")
