"""The secret of the devices that tests write by hand."""

from pathlib import Path

import pytest


@pytest.fixture
def community(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "community").write_text("public")
