"""An agent's machine: the real agent with a boot id and a boot clock of its own.

A network namespace shares both with this machine. So the agent gets a mount namespace in which a file of the
lab stands for the kernel's boot id, and a time namespace whose boot clock begins with the machine's start.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

from tests.netns import Host
from tests.system.programs import REPOSITORY

BOOT_ID = "/proc/sys/kernel/random/boot_id"
RESOLV_CONF = "/etc/resolv.conf"
UPTIME_BEFORE_SECONDS = 600.0
"""The machines of the lab started so long before it. It is no longer than this machine itself runs."""


class AgentMachine:
    """`config` is the agent's file. Its folder keeps the spool from start to start."""

    def __init__(self, host: Host, config: Path, resolv_conf: Path, secrets: Path) -> None:
        self._host, self._config, self._resolv_conf, self._secrets = host, config, resolv_conf, secrets
        self._boot_file = config.with_suffix(".boot")
        self._log = config.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        self._booted = 0.0
        self.boot(UPTIME_BEFORE_SECONDS)

    def boot(self, uptime: float = 1.0) -> None:
        """The machine starts, and with it the agent: a new boot id, and a boot clock that begins anew."""
        self._boot_file.write_text(f"{uuid.uuid4()}\n")
        self._booted = time.clock_gettime(time.CLOCK_BOOTTIME) - uptime
        self.start()

    def start(self) -> None:
        """The agent alone starts, as when its service is started."""
        self.kill()  # two would share one spool
        offset = -int(self._booted)
        script = " && ".join(
            (
                f"mount --bind {shlex.quote(str(self._boot_file))} {BOOT_ID}",
                f"mount --bind {shlex.quote(str(self._resolv_conf))} {RESOLV_CONF}",
                f"exec {shlex.quote(sys.executable)} -m agent run --config {shlex.quote(str(self._config))}",
            )
        )
        own_clock = ["unshare", "--time", "--boottime", str(offset), "--fork", "sh", "-c", script]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._host.command(*own_clock),
                stdout=log,
                stderr=log,
                cwd=REPOSITORY,
                env={**os.environ, "CREDENTIALS_DIRECTORY": str(self._secrets)},
                start_new_session=True,  # unshare waits for the agent: both get each signal
            )

    def kill(self) -> None:
        """Nothing of the agent says goodbye: kill -9, or the power is gone."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def said(self) -> str:
        return self._log.read_text()

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        os.killpg(self._process.pid, number)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(15)
        self._process = None
