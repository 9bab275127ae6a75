"""Machines to follow docs/ on: each is this one's files beneath an overlay, in a namespace of its own.

Stood in for are apt-get, systemctl and journalctl, which do nothing, and the package registry: what the wheel
depends on is this Python's.
"""

import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.netns import Host
from tests.system.programs import REPOSITORY, Program, running

STAND_INS = ("apt-get", "systemctl", "journalctl")
PYTHON = Path(sys.executable).resolve().parent
ENVIRONMENT = {
    "HOME": "/root",
    "PATH": f"/stand-ins:{PYTHON}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INDEX": "1",
    "PYTHONPATH": "/needs",
}


def blocks(page: str, section: str, language: str = "sh") -> list[str]:
    """The fenced ones of a section, in their order."""
    whole = (REPOSITORY / "docs" / page).read_text()
    (text,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", whole, re.MULTILINE | re.DOTALL)
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


class Machine:
    def __init__(self, host: Host, folder: Path) -> None:
        self.host, self._folder = host, folder

    def path(self, name: str) -> Path:
        """Of its file, as seen from here."""
        return self._folder / "root" / name.lstrip("/")

    def command(self, *command: str) -> list[str]:
        return self.host.command("chroot", str(self._folder / "root"), *command)

    def follow(self, script: str, typed: str = "") -> str:
        """Every command of the script succeeds. The answer is their output; `typed` is their input."""
        command = self.command("sh", "-e", "-c", script)
        done = subprocess.run(
            command, env=ENVIRONMENT, input=typed, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def runs(self, name: str, *command: str) -> Iterator[Program]:
        settings = [f"{key}={value}" for key, value in ENVIRONMENT.items()]
        with running(self.command("env", *settings, *command), self._folder / f"{name}.log") as program:
            yield program

    @contextmanager
    def service(self, name: str) -> Iterator[Program]:
        """As systemd runs the unit, but as root, and without the sandbox."""
        unit = self.path(f"/etc/systemd/system/{name}.service").read_text()
        copies = self.path(f"/run/credentials/{name}.service")
        copies.mkdir(parents=True)
        for credential, source in re.findall(r"^LoadCredential=(\w+):(\S+)$", unit, re.MULTILINE):
            held = self.path(source)
            files = {f"{credential}_{each.name}": each for each in held.iterdir()} if held.is_dir() else {}
            for copy, file in (files or {credential: held}).items():
                if file.is_file():
                    shutil.copy(file, copies / copy)
        self.path(f"/var/lib/{name}").mkdir(exist_ok=True)
        (start,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
        with self.runs(
            name, f"CREDENTIALS_DIRECTORY=/run/credentials/{name}.service", *shlex.split(start)
        ) as it:
            yield it


@contextmanager
def machine(host: Host, folder: Path) -> Iterator[Machine]:
    made, layers, root = Machine(host, folder), folder / "layers", folder / "root"
    with ExitStack() as mounted:

        def mount(*arguments: str | Path) -> None:
            Path(arguments[-1]).mkdir(parents=True, exist_ok=True)
            subprocess.run(["mount", *arguments], check=True, timeout=30)
            undo = ["umount", "--lazy", arguments[-1]]
            mounted.callback(subprocess.run, undo, check=True, timeout=30)

        mount("-t", "tmpfs", "tmpfs", layers)
        for name in ("upper", "work"):
            (layers / name).mkdir()
        parts = f"lowerdir=/,upperdir={layers}/upper,workdir={layers}/work"
        mount("-t", "overlay", "-o", parts, "overlay", root)
        for name in ("proc", "dev"):
            mount("--bind", f"/{name}", root / name)
        packages = Path(sysconfig.get_path("purelib"))
        mount("--bind", packages, root / "packages")
        (root / "needs").mkdir()
        for package in packages.iterdir():
            if "pantau" not in package.name:
                (root / "needs" / package.name).symlink_to(f"/packages/{package.name}")
        (root / "stand-ins").mkdir()
        for name in STAND_INS:
            (root / "stand-ins" / name).write_text("#!/bin/sh\n")
            (root / "stand-ins" / name).chmod(0o755)
        yield made
