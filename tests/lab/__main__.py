"""`make lab`: many outages, medians and ranges, beside Prometheus tuned to a second. Root; 12 minutes.

A POP that is cut three times in half an hour flaps, and the collector announces that. So the lab cuts each
POP twice.
"""

import argparse
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path

from tests.lab import peers
from tests.lab.city import POPS, Cut, Running, running_city
from tests.lab.outages import Outage, outage
from tests.servers.webhook import Webhook

CUTS: tuple[Cut, ...] = ("drop", "cable")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make lab")
    parser.add_argument("--sites", type=int, default=20, help="site cuts")
    parser.add_argument("--pops", type=int, default=2 * len(POPS), help="POP cuts")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        running_city(Path(name)) as running,
        ExitStack() as stack,
    ):
        peer = peers.start(running.city, Path(name) / "peer", stack.callback)
        _settle(peer)
        _series(running, peer, "site", running.city.sites, options.sites)
        _series(running, peer, "POP", list(POPS), options.pops)


def _settle(peer: Webhook | None) -> None:
    """What the peer's start tells is not counted."""
    if peer is None:
        print("prometheus-blackbox-exporter is not installed: no peer in this run")
    else:
        time.sleep(15)


def _series(running: Running, peer: Webhook | None, what: str, names: list[str], count: int) -> None:
    seen: list[Outage] = []
    theirs: list[float] = []
    their_messages: list[int] = []
    for number, name in enumerate(islice(cycle(names), count)):
        time.sleep(random.random())  # a cut falls anywhere between two echoes
        began = time.monotonic()
        seen.append(outage(running, name, CUTS[number % len(CUTS)]))
        if peer is not None:
            told = [at for at, _ in peer.arrived if at >= began]
            their_messages.append(len(told))
            theirs += [min(told) - began] if told else []
    print(f"{what}: {count} cuts, by turns dropped packets and a pulled cable")
    print(f"  cut to notice        {_spread([one.notice_seconds for one in seen])}")
    print(f"  restore to recovery  {_spread([one.recovery_seconds for one in seen])}")
    print(f"  messages besides these two: {sum(len(one.others) for one in seen)}")
    for one in seen:
        for other in one.others:
            print(f"    {other['kind']} {other['about']} {other['root']}")
    if theirs:
        print(f"  Prometheus, blackbox_exporter, Alertmanager at 1 s: {_spread(theirs)}")
        print(f"    messages an outage: {_spread([float(n) for n in their_messages], '')}", flush=True)


def _spread(values: list[float], unit: str = " s") -> str:
    median = statistics.median(values)
    return f"median {median:.2f}{unit}, range {min(values):.2f} to {max(values):.2f}"


if __name__ == "__main__":
    main()
