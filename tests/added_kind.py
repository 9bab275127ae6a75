"""Tests of the kind that docs/adding-a-probe.md adds: they run in the copy that test_adding_a_probe.py makes.

No file of the source that they go through is changed by that document.
"""

import msgspec

from agent.cli.once import settings_for
from agent.cli.present import Outcome, as_lines
from agent.config import KINDS
from agent.net.allow import Allow
from agent.probes.kinds import KINDS as AGENT_KINDS
from agent.probes.measurement import Measurement
from agent.report import bodies
from collector.assignments.cost import costs
from collector.city.series import columns
from collector.inventory import City
from wire.messages import Assignment
from wire.report import decode_body, encode_body

ASSIGNED = (
    b'{"version":1,"report_interval_seconds":10,'
    b'"probes":[{"kind":"ntp","target":"clock","address":"@gateway"}]}'
)


def test_an_assignment_may_hold_it() -> None:
    work = msgspec.json.decode(ASSIGNED, type=Assignment)
    assert msgspec.to_builtins(work.probes[0])["kind"] == "ntp"
    assert Allow(ports=(53,)).refusal(work.probes[0]) == "port 123 is not in [allow] ports"


def test_the_settings_files_and_the_command_line_know_it() -> None:
    probe = settings_for("ntp", "10.0.0.1:1123")
    assert msgspec.to_builtins(probe)["port"] == 1123
    assert "ntp" in KINDS


def test_the_command_line_shows_it() -> None:
    measured = Measurement("ntp", "10.0.0.1", 0.0, {"ntp_stratum": 2.0})
    summary = list(AGENT_KINDS["ntp"].summary(measured.values))
    assert as_lines(Outcome(measured, summary)) == ["OK       ntp 10.0.0.1", "  stratum  2"]


def test_a_report_carries_it() -> None:
    measured = Measurement("ntp", "clock", 0.0, {"ntp_stratum": 2.0})
    (body,) = bodies([measured], 1.0)
    assert decode_body(encode_body(body)).tables[0].values == {"ntp_stratum": [2.0]}


def test_its_values_become_series() -> None:
    families = {column.family for column in columns("ntp", "").values}
    assert {"pantau_ntp_stratum", "pantau_ntp_response_duration_seconds"} <= families


def test_the_plan_counts_its_cost() -> None:
    work = msgspec.json.decode(ASSIGNED, type=Assignment)
    assert costs(City(name="city"), {"site": work})["site"].probes == 1
