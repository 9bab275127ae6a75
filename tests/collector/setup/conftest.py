"""A folder to set up in."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def directory() -> Iterator[Path]:
    """Not in tmp_path, which Mosquitto's user may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="pantau-setup-"))
    folder.chmod(0o755)
    yield folder / "etc"
    shutil.rmtree(folder)
