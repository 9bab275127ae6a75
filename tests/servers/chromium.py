"""A real Chromium without a window, which finds no host but this one."""

import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or ""

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="needs chromium")

ARGUMENTS = (
    "--headless",
    "--no-sandbox",  # the tests may be root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--hide-scrollbars",
    "--enable-logging=stderr",
)


def screenshot(
    url: str, profile: Path, picture: Path, *arguments: str, size: str = "1200,900", lived_seconds: float = 0
) -> None:
    _run(
        url,
        profile,
        f"--screenshot={picture}",
        f"--window-size={size}",
        *_lived(lived_seconds),
        *arguments,
    )


def _lived(seconds: float) -> list[str]:
    return [f"--virtual-time-budget={seconds * 1000:.0f}"] if seconds else []


def _run(url: str, profile: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [CHROMIUM, *ARGUMENTS, f"--user-data-dir={profile}", *arguments, url]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
