"""A disk that fails under a running program: strace(1) answers its writes in the kernel's place."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest

Error = Literal["ENOSPC", "EIO", "EROFS"]
CALLS = "pwrite64,fsync,fdatasync,ftruncate"

STRACE = shutil.which("strace") or ""


def _may_trace() -> bool:
    traced = [STRACE, "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "true"]
    return bool(STRACE) and subprocess.run(traced, capture_output=True, timeout=10).returncode == 0


needs_strace = pytest.mark.skipif(not _may_trace(), reason="needs strace, and that it may trace")


@contextmanager
def failing(process: int, database: Path, error: Error) -> Iterator[None]:
    """Meanwhile nothing that the process writes to this SQLite database gets to the disk."""
    files = [f"--trace-path={database}{end}" for end in ("", "-wal")]
    with subprocess.Popen(
        [STRACE, "-f", "-o", "/dev/null", *files, f"-einject={CALLS}:error={error}", "-p", str(process)],
        stderr=subprocess.PIPE,
    ) as strace:
        assert strace.stderr is not None
        assert b"attached" in strace.stderr.readline()
        try:
            yield
        finally:
            strace.send_signal(signal.SIGINT)
            strace.stderr.read()
