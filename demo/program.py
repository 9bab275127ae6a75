"""The demo put together: broker, collector, Prometheus, and a town of agents, until Ctrl-C."""

import asyncio
import contextlib
import logging
import resource
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.config import Web
from collector.inventory import load
from collector.program import listener
from demo import control_room
from demo.broker import broker
from demo.children import HOST, child
from demo.folder import DemoFolder, Ports, alone_in, made_anew
from demo.graphs import write_graphs
from demo.greeting import Where, greeting
from demo.mailbox import mailbox
from demo.planned import plan
from demo.prometheus import prometheus
from demo.script_time import ScriptTime
from demo.story import CITY, Story, told
from demo.town import Town, inhabited
from runtime.systemd import log_format
from runtime.tasks import alongside

CONTROL_ROOM = "noc-pontive"
OPEN_FILES = 4096
"""Each agent has about a dozen: its spool, its echoes, its connection, and both ends of its relay."""

Say = Callable[[str], None]


class Wanted(NamedTuple):
    """The options of the command. `scenario` None is the day that the demo brings along."""

    scenario: Path | None
    directory: Path
    port: int
    speed: float
    seed: int | None


async def run(wanted: Wanted, say: Say) -> None:
    """Until SIGTERM or Ctrl-C. Raises UserError."""
    whole = asyncio.current_task()
    assert whole is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, whole.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await _run(wanted, say)


async def _run(wanted: Wanted, say: Say) -> None:
    listener(Web(host=HOST, port=wanted.port)).close()
    _allow_open_files()
    pace = ScriptTime(time.time(), wanted.speed)
    story = told(load(CITY), wanted.scenario, wanted.seed, pace)
    page = f"http://{HOST}:{wanted.port}"
    async with AsyncExitStack() as stack:
        stack.enter_context(alone_in(wanted.directory))
        folder = made_anew(wanted.directory, CITY)
        _log_to(folder.log("agents"))
        enter = stack.enter_async_context
        mqtt = await enter(broker(folder.path))
        mail = await enter(mailbox(folder.path / "messages.txt", ZoneInfo(story.city.timezone)))
        metrics = await enter(prometheus(folder, wanted.port))
        folder.configure(Ports(wanted.port, mqtt.port, mail, metrics.port if metrics else 0))
        command = control_room.command(_start(wanted, story, folder))
        room = await enter(child("collector", command, folder.log("collector")))
        town = Town(story.truth, pace, CONTROL_ROOM)
        await enter(inhabited(town, story.city.sites, folder, mqtt.port, story.seed))
        graphs = f"http://{HOST}:{metrics.port}" if metrics else ""
        for line in greeting(story, Where(page, str(folder.path), mqtt.name, graphs), time.time()):
            say(line)
        needed = [one for one in (mqtt.child, room, metrics.child if metrics else None) if one is not None]
        others = [write_graphs(story, graphs)] if graphs else []
        ends = [one.ended() for one in needed]
        async with alongside(plan(story.days, page), *map(_for_ever_after, others), *ends):
            await asyncio.Event().wait()


async def _for_ever_after(once: Awaitable[None]) -> None:
    await once
    await asyncio.Event().wait()


def _start(wanted: Wanted, story: Story, folder: DemoFolder) -> control_room.Start:
    scenario = str(wanted.scenario) if wanted.scenario else ""
    pace = story.days.pace
    config = str(folder.collector_config)
    return control_room.Start(config, scenario, story.seed, pace.began_at, pace.speed)


def _log_to(file: Path) -> None:
    """What the agents log is of interest to the curious alone."""
    logging.basicConfig(filename=file, level=logging.INFO, format=log_format(), force=True)


def _allow_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < OPEN_FILES:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, hard), hard))
