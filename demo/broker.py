"""The demo's broker: Mosquitto where it is installed, else the collector's embedded one."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from collector.allinone.broker import embedded_broker
from demo.children import HOST, Child, child, free_port

PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"
CONFIG = """\
# Made by the demo at each start. The limits are those of deploy/mosquitto.
listener {port} {host}
# A change of user would make it forget to end with the demo (prctl(2), PR_SET_PDEATHSIG).
user root
allow_anonymous true
max_inflight_messages 1000
max_queued_messages 10000
set_tcp_nodelay true
persistence false
log_dest stderr
"""


class RunningBroker(NamedTuple):
    """`child` is None for the embedded broker."""

    name: str
    port: int
    child: Child | None


@asynccontextmanager
async def broker(directory: Path) -> AsyncIterator[RunningBroker]:
    """It listens on a free port of the loopback while the context is open."""
    mosquitto, port = shutil.which("mosquitto", path=PATH), free_port()
    async with AsyncExitStack() as stack:
        if mosquitto is None:
            await stack.enter_async_context(embedded_broker(port))
            yield RunningBroker("the embedded broker; Mosquitto is not installed", port, None)
            return
        config = directory / "mosquitto.conf"
        config.write_text(CONFIG.format(port=port, host=HOST))
        running = await stack.enter_async_context(
            child("mosquitto", [mosquitto, "-c", str(config)], directory / "mosquitto.log")
        )
        await running.listening(port)
        yield RunningBroker("Mosquitto", port, running)
