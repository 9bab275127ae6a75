"""The wheel and the sdist: all that the programs need, nothing of the tests, and a light agent."""

import os
import signal
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from tests.free_ports import free_port
from tests.system.programs import REPOSITORY, eventually

VERSION = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
COLLECTORS = {"alembic", "amqtt", "apprise", "fastapi", "pydantic", "rich", "sqlalchemy", "uvicorn"}
LOADED_WHEN_NEEDED = {"cryptography", "h11", "icmplib", "pysnmp"}  # paho loads dnspython itself
RUN_AND_TELL = """
import sys
from agent.__main__ import main
status = main(["run", "--config", sys.argv[1]])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
sys.exit(status)
"""
WITHOUT_FASTAPI = """
import sys
sys.modules["fastapi"] = None
from collector.__main__ import main
sys.exit(main(["run"]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel alone, as pip lays it out; what it depends on is this Python's."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--no-warn-conflicts",
    ]
    subprocess.run([*pip, "--target", folder, *built.glob("*.whl")], check=True)
    return folder


def in_the_repository(*folders: str) -> set[str]:
    """Their files, by path, but for Python's caches."""
    return {
        str(file.relative_to(REPOSITORY))
        for folder in folders
        for file in (REPOSITORY / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_the_wheel_holds_the_three_packages_whole_and_no_test(built: Path) -> None:
    names = set(zipfile.ZipFile(next(built.glob("*.whl"))).namelist())
    packages = {name for name in names if ".dist-info/" not in name and ".data/" not in name}
    assert packages == in_the_repository("agent", "collector", "wire")
    assert {"collector/here.toml", "collector/inventory/sample.toml"} <= packages
    beside = {PurePosixPath(name).parts[0] for name in names - packages}
    assert beside == {f"pantau-{VERSION}.dist-info", f"pantau-{VERSION}.data"}


def test_the_wheel_brings_what_is_installed_beside_the_programs(installed: Path) -> None:
    share = installed / "share" / "pantau"
    for folder in ("alertmanager", "grafana", "mosquitto", "prometheus", "sysctl", "systemd"):
        for name in in_the_repository(f"deploy/{folder}"):
            assert (share / Path(name).relative_to("deploy")).read_bytes() == (REPOSITORY / name).read_bytes()
    assert (share / "prometheus" / "rules" / "recording.yml").is_file()
    assert list((share / "grafana" / "json").glob("*.json"))


def test_the_sdist_builds_the_same_wheel_again(built: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xzf", next(built.glob("*.tar.gz")), "-C", tmp_path], check=True, timeout=60)
    (source,) = tmp_path.iterdir()
    assert not (source / "tests").exists()
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (wheel,) = (source / "dist").glob("*.whl")
    assert wheel.read_bytes() == next(built.glob("*.whl")).read_bytes()


@pytest.mark.parametrize("program", ["agent", "collector"])
def test_both_programs_say_their_version(installed: Path, program: str) -> None:
    said = run(installed, "-m", program, "--version")
    assert said.stdout == f"pantau-{program} {VERSION}\n"


def test_a_running_agent_has_loaded_nothing_that_is_heavy(installed: Path, tmp_path: Path) -> None:
    config = tmp_path / "agent.toml"
    config.write_text(
        f'agent = "gradasi"\ndirectory = "{tmp_path / "own"}"\n[broker]\nport = {free_port()}\n'
        '[[probes]]\nkind = "tcp"\ntarget = "x"\naddress = "127.0.0.1"\nport = 9\nperiod_seconds = 1\n'
    )
    command = [sys.executable, "-c", RUN_AND_TELL, str(config)]
    log = tmp_path / "agent.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment(installed),
            cwd=tmp_path,
        ) as agent,
    ):
        eventually(lambda: "assignment 0: 1 probes" in log.read_text(), why=log.read_text)
        agent.send_signal(signal.SIGTERM)
        told, _ = agent.communicate(timeout=20)
    loaded = set(told.split())
    assert {"agent", "aiomqtt", "msgspec"} <= loaded, log.read_text()
    assert not loaded & (COLLECTORS | LOADED_WHEN_NEEDED)


def test_without_its_libraries_the_collector_says_what_to_install(installed: Path) -> None:
    said = run(installed, "-c", WITHOUT_FASTAPI)
    assert said.returncode == 2
    assert said.stderr == "pantau-collector: only the agent is installed; pip install 'pantau[collector]'\n"


def environment(installed: Path) -> dict[str, str]:
    """Where the wheel's packages come before those of the clone."""
    return {**os.environ, "PYTHONPATH": str(installed)}


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=installed,
        env=environment(installed),
    )
