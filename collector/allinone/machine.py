"""One machine as a whole city: embedded broker, collector, and the agent as a child process."""

import asyncio
import contextlib
import ctypes
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from collector.assignments.compile import Compiler
from collector.config import CollectorConfig, Web
from collector.inventory import City
from runtime.broker.settings import Broker
from runtime.tasks import alongside
from wire.probes import address, kind

log = logging.getLogger(__name__)

SITE = "here"
AGENT_RESTART_SECONDS = 5.0
AGENT_STOP_SECONDS = 10.0
PR_SET_PDEATHSIG = 1


def prepare(directory: Path, web_port: int, broker_port: int) -> CollectorConfig:
    """Writes the files of a first start into `directory`, but keeps an inventory. Raises OSError."""
    inventory = directory / "inventory" / "city.toml"
    inventory.parent.mkdir(parents=True, exist_ok=True)
    if not inventory.exists():
        sample = (files("collector.allinone") / "here.toml").read_text()
        inventory.write_text(sample.replace("127.0.0.1:8470", f"127.0.0.1:{web_port}"))
    (directory / "agent").mkdir(exist_ok=True)
    _agent_config(directory).write_text(
        f'agent = "{SITE}"\ndirectory = "{directory.resolve() / "agent"}"\n\n[broker]\nport = {broker_port}\n'
        '\n[allow]\nnetworks = ["0.0.0.0/0", "::/0", "127.0.0.0/8", "::1/128"]\n'
    )
    (directory / "collector.toml").write_text(
        "# Written at each start of --all-in-one, for `pantau-collector incidents`, ack and notify-test.\n"
        f'inventory = "inventory"\nstore = "sqlite:///pantau.sqlite"\n\n'
        f"[broker]\nport = {broker_port}\n\n[web]\nport = {web_port}\n"
    )
    return CollectorConfig(
        inventory=str(inventory.parent.resolve()),
        store=f"sqlite:///{directory.resolve() / 'pantau.sqlite'}",
        broker=Broker(port=broker_port),
        web=Web(port=web_port),
    )


def _agent_config(directory: Path) -> Path:
    return directory / "agent.toml"


def greeting(config: CollectorConfig, city: City) -> list[str]:
    """Lines for a person: the probes, and where to look."""
    here = Compiler(city).assignments(version=0)[SITE]
    folder = Path(config.inventory).parent
    page = f"http://{config.web.host}:{config.web.port}"
    return [
        f"pantau {version('pantau')} measures this machine's links:",
        *(f"  {kind(probe):5} {probe.target:12} {address(probe)}" for probe in here.probes),
        f"look at {page}/                the page",
        f"        {page}/metrics/city    for Prometheus",
        f"change  {Path(config.inventory) / 'city.toml'}; it is taken at once",
        f"ask     pantau-collector incidents --config {folder / 'collector.toml'}",
        "stop with Ctrl-C",
    ]


@asynccontextmanager
async def agent_beside(directory: Path) -> AsyncIterator[None]:
    """The agent runs while the context is open. The collector starts it again if it ends."""
    async with alongside(_keep_running(_agent_config(directory))):
        yield


async def _keep_running(config: Path) -> None:
    while True:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "agent", "run", "--config", str(config), preexec_fn=_end_with_parent
        )
        try:
            status = await child.wait()
        except asyncio.CancelledError:
            await _stop(child)
            raise
        log.error("the agent ended with status %d; starting it again in %g s", status, AGENT_RESTART_SECONDS)
        await asyncio.sleep(AGENT_RESTART_SECONDS)


async def _stop(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(child.wait(), AGENT_STOP_SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()


def _end_with_parent() -> None:
    """The agent ends with the collector, even after kill -9 (prctl(2))."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
