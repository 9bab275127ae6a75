"""Every bench in turn, as one table: `make bench`. Each also runs alone: `python -m tests.bench.icmp`."""

import sys
from importlib import import_module

BENCHES = (
    "wire",
    "icmp",
    "checks",
    "agent",
    "intake",
    "incidents",
    "latency",
    "peers",
    "backlog",
    "exposition",
    "pages",
    "wall",
    "inventory",
    "snmp",
)


def main(names: tuple[str, ...]) -> None:
    for bench in names:
        print(f"\n{bench}")
        for name, value in import_module(f"tests.bench.{bench}").run():
            print(f"  {name:34} {value}", flush=True)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or BENCHES)
