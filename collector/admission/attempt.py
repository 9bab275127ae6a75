"""One attempt to be let in at the broker with a certificate of the collector's making."""

import asyncio
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from runtime.broker.client import Client, Unconnected
from runtime.broker.settings import Broker
from runtime.broker.tls import credentials
from runtime.broker.why import Who

Admission = Literal["let in", "revoked", "refused", "unknown"]
"""`revoked`: for this reason and no other. `refused`: for another, say since the broker's own list has ended.

`unknown`: the broker was not reached, so nothing is known.
"""

ATTEMPT_SECONDS = 10.0


async def attempt(broker: Broker, pem_file: Path, name: str) -> Admission:
    """`pem_file` holds key and certificate of the client `name`. The session ends at once."""
    shown = replace(broker, certificate_file=str(pem_file), key_file=str(pem_file))
    who = Who(shown, name, "collector.toml")
    try:
        made = await asyncio.to_thread(credentials, shown)
        async with Client(who, made, timeout=ATTEMPT_SECONDS, clean_session=True):
            return "let in"
    except Unconnected as error:
        if "revoked" in error.certificate_refused:
            return "revoked"
        return "refused" if error.certificate_refused else "unknown"
    except OSError:
        return "unknown"
