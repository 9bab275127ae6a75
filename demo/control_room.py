"""The demo's control room: the collector as it is, and a month of history that comes into its store."""

import asyncio
import contextlib
import logging
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from collector.commands.settings import configured
from collector.inventory import load
from collector.program import Collector, listener, run
from demo.month import write_month, write_yesterday
from demo.script_time import ScriptTime
from demo.story import told
from runtime.errors import exit_code
from runtime.systemd import log_format
from runtime.tasks import alongside

log = logging.getLogger(__name__)


class Start(Struct, frozen=True):
    """The start of the demo, for this process. `scenario` is the path of a file, "" for the usual day."""

    config: str
    scenario: str
    seed: int
    began_at: float
    speed: float


def command(start: Start) -> list[str]:
    return [sys.executable, "-m", "demo.control_room", msgspec.json.encode(start).decode()]


async def collect(start: Start) -> None:
    """Until SIGTERM or Ctrl-C."""
    config = configured(Path(start.config))
    city = load(Path(config.inventory))
    scenario = Path(start.scenario) if start.scenario else None
    story = told(city, scenario, start.seed, ScriptTime(start.began_at, start.speed))
    with contextlib.closing(listener(config.web)) as bound:
        write_yesterday(story, city, config.store)
        collector = Collector(config)

        async def remember() -> None:
            number = await write_month(story, city, collector.pipeline)
            log.info("%d incidents of the last month are in the store", number)
            await asyncio.Event().wait()

        async with alongside(remember()):
            await run(collector, bound)


def main(start: str) -> int:
    logging.basicConfig(level=logging.INFO, format=log_format(), stream=sys.stderr)
    return exit_code("pantau-collector demo", lambda: _collect(start))


def _collect(start: str) -> int:
    asyncio.run(collect(msgspec.json.decode(start, type=Start)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
