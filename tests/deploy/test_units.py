"""The systemd units by systemd's own checkers; they need no running systemd."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.secured import DEPLOY

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze (systemd)")

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DROP_INS = sorted((DEPLOY / "systemd").glob("*.d"))
DEBIANS = Path("/lib/systemd/system")
EXPOSURE_AT_MOST = {"pantau-broker": 30}
"""Tenths; systemd says "OK" up to 4.9. This one is root, since it writes files of two users."""
EXPOSURE_OF_OTHERS = 25


def analyze(*arguments: str | Path) -> str:
    """What it says. Fails where it says that something is wrong."""
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_there_is_one_for_each_program() -> None:
    assert [unit.stem for unit in UNITS] == ["pantau-agent", "pantau-broker", "pantau-collector"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_finds_nothing_wrong_with_it(unit: Path, tmp_path: Path) -> None:
    installed = tmp_path / unit.name
    installed.write_text(re.sub("/opt/pantau/bin/pantau-[a-z]+", "/bin/true", unit.read_text()))
    assert analyze("verify", "--man=no", installed) == ""


@pytest.mark.parametrize("folder", DROP_INS, ids=lambda folder: folder.name)
def test_a_drop_in_goes_with_the_unit_of_debian(folder: Path, tmp_path: Path) -> None:
    unit = DEBIANS / folder.name.removesuffix(".d")
    if not unit.exists():
        pytest.skip(f"needs {unit}")
    shutil.copy(unit, tmp_path)
    shutil.copytree(folder, tmp_path / folder.name)
    assert analyze("verify", "--man=no", tmp_path / unit.name) == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_it_is_well_confined(unit: Path) -> None:
    at_most = EXPOSURE_AT_MOST.get(unit.stem, EXPOSURE_OF_OTHERS)
    analyze("security", "--offline=true", f"--threshold={at_most}", unit)


def test_the_agent_may_ask_whether_ntp_keeps_the_clock() -> None:
    unit = (DEPLOY / "systemd" / "pantau-agent.service").read_text()
    assert "ProtectClock" not in unit.replace("ProtectClock= would", "")
    assert unit.index("SystemCallFilter=~@privileged") < unit.index("SystemCallFilter=adjtimex clock_adjtime")
