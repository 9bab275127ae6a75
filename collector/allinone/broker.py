"""The embedded broker (amqtt, MQTT 3.1.1): for one machine, on loopback. A city uses Mosquitto."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig
from amqtt.errors import BrokerError

from runtime.errors import UserError

HOST = "127.0.0.1"
SHUTDOWN_SECONDS = 2.0


class PortInUse(UserError):
    """Something else listens on the broker's port."""


@asynccontextmanager
async def embedded_broker(port: int) -> AsyncIterator[None]:
    """Runs while the context is open. Raises PortInUse."""
    for name in ("amqtt", "transitions"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # PortInUse below tells of a failed start, once
    broker = Broker(
        BrokerConfig(
            listeners={"default": ListenerConfig(bind=f"{HOST}:{port}")},
            plugins={"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        )
    )
    try:
        await broker.start()
    except BrokerError as error:
        raise PortInUse(
            f"--broker-port: {port}: {_cause(error)} on {HOST}; stop what listens there or choose another"
        ) from None
    try:
        yield
    finally:
        with suppress(TimeoutError):  # amqtt leaves connections open, and since 3.12 Python waits for them
            await asyncio.wait_for(broker.shutdown(), SHUTDOWN_SECONDS)


def _cause(error: BaseException) -> str:
    """The system's error at the bottom of amqtt's chain of errors."""
    while error.__cause__ is not None:
        error = error.__cause__
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
