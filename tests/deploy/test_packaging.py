"""The wheel and the sdist: all that the programs need, nothing of the tests, and a light agent."""

import signal
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement

from tests.free_ports import free_port
from tests.system.programs import REPOSITORY, eventually

PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
VERSION = PYPROJECT["project"]["version"]
LOADED_WHEN_NEEDED = {"cryptography", "h11", "icmplib", "pyasn1", "pysnmp"}
AND_TELL = """
import sys
from agent.__main__ import main
status = main(["run", "--config", sys.argv[1]])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
sys.exit(status)
"""


def test_checks_use_the_oldest_supported_python() -> None:
    """Whichever runs the check: a newer one finds other names in the standard library."""
    oldest = PYPROJECT["project"]["requires-python"].removeprefix(">=")
    said = [one.rpartition(" ")[2] for one in PYPROJECT["project"]["classifiers"] if "Python :: 3" in one]
    assert said[0] == PYPROJECT["tool"]["mypy"]["python_version"] == oldest
    assert PYPROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"


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
    """A clean venv with the wheel and what it depends on, which is this Python's: `pip install pantau`."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    wheel = str(next(built.glob("*.whl")))
    subprocess.run([*pip, "install", "--quiet", "--no-index", "--no-deps", wheel], check=True)
    (packages,) = (folder / "lib").glob("python3*/site-packages")
    for name in needed("pantau"):
        for entry in entries(distribution(name)):
            if not (packages / entry.name).exists():
                (packages / entry.name).symlink_to(entry)
    return folder


def needed(name: str, extra: str = "") -> set[str]:
    """The distributions that one brings along, all the way."""
    found = {
        (requirement.name, wanted)
        for requirement in declared(name)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra})
        for wanted in {"", *requirement.extras}
    }
    return {each for each, _ in found}.union(*(needed(*each) for each in found))


def declared(name: str) -> list[Requirement]:
    return [Requirement(one) for one in distribution(name).requires or []]


def entries(package: Distribution) -> Iterator[Path]:
    """What it has in site-packages."""
    for top in {file.parts[0] for file in package.files or []} - {".."}:
        yield Path(str(package.locate_file(top)))


def in_the_repository(*folders: str) -> set[str]:
    """Their files, by path, but for Python's caches."""
    return {
        str(file.relative_to(REPOSITORY))
        for folder in folders
        for file in (REPOSITORY / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_the_wheel_holds_the_packages_whole_and_no_test(built: Path) -> None:
    names = set(zipfile.ZipFile(next(built.glob("*.whl"))).namelist())
    packages = {name for name in names if ".dist-info/" not in name and ".data/" not in name}
    assert packages == in_the_repository("agent", "collector", "demo", "runtime", "wire")
    assert {"collector/allinone/here.toml", "collector/inventory/sample.toml"} <= packages
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


@pytest.mark.parametrize("program", ["pantau-agent", "pantau-collector"])
def test_both_programs_say_their_version(installed: Path, program: str) -> None:
    said = subprocess.run(
        [installed / "bin" / program, "--version"], capture_output=True, text=True, timeout=60
    )
    assert said.stdout == f"{program} {VERSION}\n", said.stderr


def test_the_agent_brings_nothing_along_that_only_the_collector_needs() -> None:
    collectors = {one.name for one in declared("pantau") if str(one.marker) == 'extra == "collector"'}
    assert {"fastapi", "sqlalchemy", "apprise"} <= collectors
    assert not needed("pantau") & collectors


def test_an_agent_runs_with_its_own_dependencies_and_loads_no_heavy_one(
    installed: Path, tmp_path: Path
) -> None:
    config = tmp_path / "agent.toml"
    config.write_text(
        f'agent = "gradasi"\ndirectory = "{tmp_path / "own"}"\n[broker]\nport = {free_port()}\n'
        '[[probes]]\nkind = "tcp"\ntarget = "x"\naddress = "127.0.0.1"\nport = 9\nperiod_seconds = 1\n'
    )
    command = [str(installed / "bin" / "python"), "-c", AND_TELL, str(config)]
    log = tmp_path / "agent.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=tmp_path) as agent,
    ):
        eventually(lambda: "agent.toml: 1 probes" in log.read_text(), why=log.read_text)
        agent.send_signal(signal.SIGTERM)
        told, _ = agent.communicate(timeout=20)
    assert agent.returncode == 0, log.read_text()
    loaded = set(told.split())
    assert {"agent", "aiomqtt", "msgspec"} <= loaded
    assert not loaded & LOADED_WHEN_NEEDED


def test_without_its_libraries_the_collector_says_what_to_install(installed: Path) -> None:
    command = [str(installed / "bin" / "pantau-collector"), "run"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert said.returncode == 2
    assert said.stderr == "pantau-collector: only the agent is installed; pip install 'pantau[collector]'\n"
