"""install.sh runs again on a box whose key comes by the unit: the city has a CA of its own."""

import subprocess
from pathlib import Path

from tests.deploy.secured import DEPLOY

KEY = "LoadCredential=key:/etc/pantau/agent.key"


def run(folder: Path, *steps: str) -> str:
    """Steps of the script, with the folders of a machine below `folder`."""
    script = (DEPLOY / "box" / "install.sh").read_text().partition('[ "$(id -u)"')[0]
    for usual in ("/etc/systemd", "/etc/pantau", "/opt/pantau", "/var/lib/pantau-agent", "/run/systemd"):
        script = script.replace(usual, f"{folder}{usual}")
    whole = "\n".join([script, *steps])
    return subprocess.run(["sh", "-c", whole], capture_output=True, text=True, check=True).stdout


def machine(folder: Path) -> Path:
    """Its unit, of an earlier release."""
    shipped = folder / "opt/pantau/share/pantau/systemd/pantau-agent.service"
    unit = folder / "etc/systemd/system/pantau-agent.service"
    for file, text in ((shipped, "[Service]\n"), (unit, f"[Service]\n{KEY}\n")):
        file.parent.mkdir(parents=True)
        file.write_text(text)
    return unit


def test_a_box_with_a_ca_of_its_own_keeps_its_settings_and_its_key(tmp_path: Path) -> None:
    unit = machine(tmp_path)
    (tmp_path / "etc/pantau").mkdir()
    (tmp_path / "etc/pantau/agent.toml").write_text('agent = "gradasi"\n')
    assert "it keeps its settings" in run(tmp_path, "join", "install_unit")
    assert unit.read_text() == "[Service]\n"
    assert (unit.parent / "pantau-agent.service.d/key.conf").read_text() == f"[Service]\n{KEY}\n"
    run(tmp_path, "install_unit")
    assert (unit.parent / "pantau-agent.service.d/key.conf").read_text() == f"[Service]\n{KEY}\n"


def test_a_box_that_has_joined_needs_no_key_by_the_unit(tmp_path: Path) -> None:
    unit = machine(tmp_path)
    identity = tmp_path / "var/lib/pantau-agent/identity/agent.pem"
    identity.parent.mkdir(parents=True)
    identity.touch()
    run(tmp_path, "join", "install_unit")
    assert not (unit.parent / "pantau-agent.service.d").exists()
