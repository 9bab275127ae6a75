"""What the oracle excuses."""

from collector.city.taken import Taken
from tests.simulation.oracle import DAMAGED, FORGOTTEN, Oracle
from wire.report import Body, Report

STREAM = "a" * 16


def test_a_damaged_disk_is_the_reason_though_the_store_forgot_before() -> None:
    oracle = Oracle()
    number = oracle.measured("alpha", 1.0, 10.0)
    oracle.taking("alpha", [number], (STREAM, 1), "boot", 1.0)
    oracle.took("alpha", on_disk=False, lied=False, noted=False)
    oracle.took("alpha", on_disk=True, lied=False, noted=False)
    report = Report(stream=STREAM, seq=1, base=1, boot="boot", sent=1.0, body=Body(at=1.0))
    oracle.committing(("run", 1), [Taken("alpha", report, 2.0, late=False, transitions=[], unscraped=[])])
    oracle.store_has(("run", 1))
    oracle.store_has(("run", 0))
    assert oracle.measurements[number].excuse == FORGOTTEN
    oracle.damaged("alpha", "boot")
    assert oracle.measurements[number].excuse == DAMAGED
