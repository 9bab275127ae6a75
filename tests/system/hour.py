"""An agent's hour without a collector, lived in seconds: a process that fills its spool, and may be killed.

Run as `python -m tests.system.hour SPOOL STREAM OFFSET FIRST COUNT`: it commits reports made at FIRST,
FIRST + 10, … on a boot clock that is OFFSET seconds behind Unix time, and says each seq once it is on disk.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from agent.clock import ClockReading
from agent.report import bodies
from agent.spool import Spool
from tests.bench.reports import INTERVAL_SECONDS, TARGETS, Site

BOOT = "the boot before the power cut"
NEIGHBOURS = [target for target in TARGETS if target.startswith("site-")]
PROBES = "\n".join(
    f'  {{ kind = "icmp", target = "{target}", address = "127.0.1.{number}" }},'
    for number, target in enumerate(NEIGHBOURS, 1)
)
INVENTORY = f"""
[city]
name = "Small"
resolvers = ["127.0.0.53"]
internet = ["127.0.0.7"]

[sites.office]
role = "noc"
name = "The office"
district = "Pontianak Kota"
report_interval_seconds = 2
probes = [
{PROBES}
]

[links]
uplink = {{ from = "office", to = "internet" }}
"""
"""What such an agent is assigned."""


def main(arguments: Sequence[str]) -> None:
    spool_file, stream, offset, first, count = arguments
    spool = Spool(Path(spool_file), stream=stream, boot=BOOT)
    spool.keep_reading(ClockReading(float(offset), "ntp"))
    site = Site(seed=int(stream, 16))
    for number in range(int(count)):
        at = float(first) + INTERVAL_SECONDS * number
        measured = [replace(one, at=at) for one in site.measurements() if one.target in NEIGHBOURS]
        (body,) = bodies(measured, at)
        seq = spool.append(body)
        sys.stdout.write(f"{seq}\n")
        sys.stdout.flush()
    spool.close()


if __name__ == "__main__":
    main(sys.argv[1:])
