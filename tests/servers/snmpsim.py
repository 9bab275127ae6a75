"""snmpsim plays recorded devices: each recording answers to a community of its own name."""

import bz2
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from tests.free_ports import LOOPBACK, free_port
from tests.servers.snmp_answers import wait_until_answering

SUBTREES = tuple(f"1.3.6.1.2.1.{number}.".encode() for number in (1, 2, 25, 31, 33))
RESPONDER = Path(sys.executable).with_name("snmpsim-command-responder")


def recording(path: str) -> bytes:
    """The parts of one of snmpsim-data's that are asked for here; lines of oid|tag|value."""
    lines = bz2.decompress((files("snmpsim_data") / "data" / f"{path}.snmprec.bz2").read_bytes()).splitlines(
        True
    )
    return b"".join(line for line in lines if line.startswith(SUBTREES))


@contextmanager
def snmpsim(directory: Path, recordings: Mapping[str, bytes]) -> Iterator[int]:
    """The port on 127.0.0.1."""
    port = free_port()
    data, index = directory / "data", directory / "index"
    shutil.rmtree(index, ignore_errors=True)
    data.mkdir()
    for name, lines in recordings.items():
        (data / f"{name}.snmprec").write_bytes(lines)
    places = [f"--data-dir={data}", f"--cache-dir={index}", f"--agent-udpv4-endpoint={LOOPBACK}:{port}"]
    whose = ["--process-user=root", "--process-group=root"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [RESPONDER, *places, *whose, "--logging-method=null"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_answering(port, next(iter(recordings)), process)
        yield port
    finally:
        process.terminate()
        process.wait(10)
