"""Secrets, by name: files at the agent. What comes from the collector names them and never holds them."""

import os
from pathlib import Path

from agent.probe import Failed

DIRECTORY = Path("/etc/pantau/secrets")


def secret(name: str) -> str:
    """What the file holds, without the end of its line. Raises Failed.

    Looked for among systemd's credentials where the service has any, else in /etc/pantau/secrets.
    """
    directory = Path(os.environ.get("CREDENTIALS_DIRECTORY") or DIRECTORY)
    file = directory / Path(name).name
    try:
        held = file.read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise Failed("setting", f"{file}: {why}; put the secret there") from None
    if not held:
        raise Failed("setting", f"{file}: is empty; put the secret there")
    return held
