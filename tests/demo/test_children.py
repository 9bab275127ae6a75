"""A child of the demo ends with it, however the demo ends."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from demo.children import ChildEnded, child
from tests.system.programs import REPOSITORY, eventually

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
PARENT = f"""
import asyncio, pathlib, sys
from demo.children import child
async def main():
    async with child("sleep", {SLEEP!r}, pathlib.Path(sys.argv[1])) as started:
        print(started.process.pid, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_a_child_ends_with_its_context(tmp_path: Path) -> None:
    async with child("sleep", SLEEP, tmp_path / "log") as started:
        assert psutil.Process(started.process.pid).is_running()
    assert started.process.returncode == -signal.SIGTERM


async def test_a_child_that_ends_by_itself_is_named_with_its_last_lines(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no way'); raise SystemExit(3)"]
    async with child("helper", command, tmp_path / "log") as started:
        with pytest.raises(ChildEnded) as ended:
            await started.ended()
    assert str(ended.value) == f"helper ended with 3; {tmp_path / 'log'} says why:\nno way"


def test_even_a_kill_of_the_demo_leaves_no_child_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as parent:
        assert parent.stdout is not None
        left = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    eventually(lambda: not left.is_running() or left.status() == psutil.STATUS_ZOMBIE)
