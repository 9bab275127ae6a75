"""Secrets by name: files at the agent. An assignment names a secret and never holds it."""

import os
from pathlib import Path

from agent.net.failed import Failed
from runtime.files.secret import read
from runtime.files.text import NotText

DIRECTORY = Path("/etc/pantau/secrets")


def secret(name: str) -> str:
    """The content of the file, without the end of its line. Raises Failed.

    A service reads the copy that its LoadCredential=secrets:/etc/pantau/secrets made when it started.
    """
    kept = DIRECTORY / Path(name).name
    copies = os.environ.get("CREDENTIALS_DIRECTORY")
    file = Path(copies) / f"secrets_{kept.name}" if copies else kept
    remedy = f"put the secret into {kept}" + (" and restart the agent" if copies else "")
    try:
        held = read(file)
    except OSError as error:
        raise Failed("setting", f"{file}: {error.strerror}; {remedy}") from None
    except NotText as error:
        raise Failed("setting", f"{file}: {error}; {remedy}") from None
    if not held:
        raise Failed("setting", f"{file}: is empty; {remedy}")
    return held
