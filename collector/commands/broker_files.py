"""`pantau-collector install-broker-files`: brings the files of the collector's authority to Mosquitto."""

import argparse
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from collector.commands.parser import Commands, show

FROM = Path("/var/lib/pantau-collector/authority/broker")
TO = Path("/etc/pantau/mosquitto")
UNIT = "mosquitto.service"
SYSTEMCTL_SECONDS = 60.0


def add(commands: Commands) -> None:
    install = commands.add(
        "install-broker-files", _install, "check the broker's new files, install and load them (as root)"
    )
    install.add_argument(
        "--from", dest="source", type=Path, default=FROM, metavar="DIR", help="else %(default)s"
    )
    install.add_argument("--to", dest="target", type=Path, default=TO, metavar="DIR", help="else %(default)s")
    install.add_argument(
        "--owner", default="mosquitto", metavar="USER", help="Mosquitto runs as this user; else %(default)s"
    )
    loading = install.add_mutually_exclusive_group()
    loading.add_argument(
        "--unit", default=UNIT, metavar="UNIT", help="systemd reloads this; else %(default)s"
    )
    loading.add_argument("--pid", type=int, metavar="N", help="Mosquitto's process, without systemd")
    loading.add_argument("--no-reload", action="store_true", help="Mosquitto does not run yet")


def _install(options: argparse.Namespace) -> int:
    from collector.admission.install import install

    return show(install(options.source, options.target, options.owner, _reload(options)).lines)


def _reload(options: argparse.Namespace) -> Callable[[], str]:
    if options.no_reload:
        return lambda: ""
    if options.pid is not None:
        return lambda: _hang_up(options.pid)
    return lambda: reload_unit(options.unit)


def _hang_up(pid: int) -> str:
    try:
        os.kill(pid, signal.SIGHUP)
    except OSError as error:
        return f"process {pid}: {error.strerror}"
    return ""


def reload_unit(unit: str = UNIT) -> str:
    """A broker that does not run loads the files when it starts."""
    try:
        asked = subprocess.run(
            ["systemctl", "try-reload-or-restart", unit],
            capture_output=True,
            text=True,
            timeout=SYSTEMCTL_SECONDS,
        )
    except OSError as error:
        return f"systemctl: {error.strerror}; give --pid or --no-reload"
    except subprocess.TimeoutExpired:
        return f"systemctl takes more than {SYSTEMCTL_SECONDS:.0f} s"
    return "" if asked.returncode == 0 else " ".join(asked.stderr.split())
