"""A real Chromium without a window, which finds no host but this one."""

import re
import shutil
import subprocess
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

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
DARK = "--blink-settings=preferredColorScheme=0"

Colour = tuple[int, int, int]


class Loaded(NamedTuple):
    """The document as it then is, and what the console has to say."""

    html: str
    console: Sequence[str]


def load(url: str, profile: Path, *, lived_seconds: float = 0) -> Loaded:
    """`lived_seconds` pass for the page in no time before it is looked at."""
    done = _run(url, profile, "--dump-dom", *_lived(lived_seconds))
    return Loaded(done.stdout, re.findall(r"CONSOLE[:(].*", done.stderr))


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


def colours(picture: Path) -> set[Colour]:
    """Of a PNG as Chromium writes it: 8 bits each of red, green and blue, not interlaced (RFC 2083)."""
    data = picture.read_bytes()
    chunks, at = {b"IDAT": b""}, 8
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        chunks[kind] = chunks.get(kind, b"") + data[at + 8 : at + 8 + length]
        at += length + 12
    width, depth, colour_type = int.from_bytes(chunks[b"IHDR"][:4], "big"), *chunks[b"IHDR"][8:10]
    assert (depth, colour_type) == (8, 2)
    lines, size = zlib.decompress(chunks[b"IDAT"]), 3 * width + 1
    before, found = bytearray(size - 1), set()
    for start in range(0, len(lines), size):
        before = _unfiltered(lines[start], bytearray(lines[start + 1 : start + size]), before)
        found |= set(zip(before[::3], before[1::3], before[2::3], strict=True))
    return found


def _unfiltered(kind: int, line: bytearray, above: bytearray) -> bytearray:
    for at in range(len(line)):
        left, up, corner = (line[at - 3], above[at], above[at - 3]) if at >= 3 else (0, above[at], 0)
        nearest = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
        line[at] = line[at] + (0, left, up, (left + up) // 2, nearest)[kind] & 255
    return line


def _lived(seconds: float) -> list[str]:
    return [f"--virtual-time-budget={seconds * 1000:.0f}"] if seconds else []


def _run(url: str, profile: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [CHROMIUM, *ARGUMENTS, f"--user-data-dir={profile}", *arguments, url]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
