"""The demo's collector: a month of history goes into its store, then this process becomes the collector."""

import os
import sys
from pathlib import Path


def command(config: Path) -> list[str]:
    return [sys.executable, "-m", "demo.control_room", str(config)]


def main(config: str) -> None:
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "collector", "run", "--config", config])


if __name__ == "__main__":
    main(sys.argv[1])
