"""Size of a report on the wire, and the CPU time to encode and to decode it."""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar

from agent.report import bodies
from tests.bench.reports import TARGETS, VALUES, Site, payloads
from wire.report import decode_report, encode_body, seal

T = TypeVar("T")

REPORTS = 300
BUDGET_BYTES = 1000


def run() -> list[tuple[str, str]]:
    sealed = [payload for _, payload in payloads(20, REPORTS // 20, 1.79e9)]
    sizes = [len(payload) for payload in sealed]
    site = Site(0)
    measured = [site.measurements() for _ in range(REPORTS)]
    tabulated = [body for measurements in measured for body in bodies(measurements, measurements[0].at)]
    bodies_encoded = [encode_body(body) for body in tabulated]
    return [
        ("report", f"{len(TARGETS)} measurements × {VALUES} values"),
        ("size", f"median {median(sizes):.0f} B, {min(sizes)} to {max(sizes)} B (budget {BUDGET_BYTES} B)"),
        ("size as plain JSON", f"median {median(map(len, bodies_encoded)):.0f} B"),
        ("tabulate", _each(measured, lambda measurements: list(bodies(measurements, measurements[0].at)))),
        ("encode the body", _each(tabulated, encode_body)),
        ("compress and seal", _each(bodies_encoded, _seal)),
        ("decode and validate", _each(sealed, decode_report)),
    ]


def _seal(body: bytes) -> bytes:
    return seal(body, stream="0" * 16, seq=1, base=1, boot="b0", sent=1.0, offset=None, clock="estimated")


def _each(things: Sequence[T], do: Callable[[T], object]) -> str:
    started = time.process_time()
    for thing in things:
        do(thing)
    return f"{(time.process_time() - started) / len(things) * 1e6:.0f} µs of CPU"


if __name__ == "__main__":
    for name, value in run():
        print(f"{name:24} {value}")
