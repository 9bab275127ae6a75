"""A PostgreSQL server of this test run's own, on loopback; as root it runs as the user postgres."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.free_ports import LOOPBACK, free_port, wait_until_listening

BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
_numbers = count(1)

needs_postgresql = pytest.mark.skipif(
    not (BINARIES / "initdb").exists() or find_spec("psycopg") is None,
    reason="needs postgresql (apt-get install postgresql) and psycopg",
)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of its maintenance database. Durable, as in production."""
    user = "postgres" if os.geteuid() == 0 else None
    directory = tempfile.mkdtemp()
    port = free_port()
    try:
        if user:
            shutil.chown(directory, user)
        data = f"{directory}/data"
        initdb = [str(BINARIES / "initdb"), "--auth=trust", "--no-sync", "--username=postgres", data]
        subprocess.run(initdb, user=user, cwd=directory, check=True, stdout=subprocess.DEVNULL, timeout=60)
        server = [str(BINARIES / "postgres"), "-D", data, "-k", directory, "-h", LOOPBACK, "-p", str(port)]
        with subprocess.Popen(server, user=user, cwd=directory, stderr=subprocess.DEVNULL) as process:
            try:
                wait_until_listening(port, process)
                _wait_until_started(port)
                yield f"postgresql+psycopg://postgres@{LOOPBACK}:{port}/postgres"
            finally:
                process.terminate()
    finally:
        shutil.rmtree(directory)


def _wait_until_started(port: int, seconds: float = 20.0) -> None:
    """It listens before it takes anybody in."""
    deadline = time.monotonic() + seconds
    asking = [str(BINARIES / "pg_isready"), "--quiet", "-h", LOOPBACK, "-p", str(port)]
    while subprocess.run(asking, timeout=10).returncode:
        if time.monotonic() > deadline:
            raise TimeoutError(f"PostgreSQL does not take anybody in after {seconds:g} s")
        time.sleep(0.05)


def new_database(server: str) -> str:
    """The URL of an empty database there."""
    name = f"test{next(_numbers)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)
