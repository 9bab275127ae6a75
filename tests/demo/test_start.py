"""The things that the demo says and enters at its start: its greeting, its planned work, a message of it."""

from datetime import UTC
from zoneinfo import ZoneInfo

import msgspec

from collector.inventory import load
from collector.notices.document import Document
from demo.fault import Fault
from demo.greeting import Where, greeting
from demo.mailbox import as_read
from demo.planned import windows
from demo.script_time import ScriptTime
from demo.story import CITY, told

BEGAN = 1_795_800_000.0
ZONE = ZoneInfo("Asia/Pontianak")
DOCUMENT = """{"id": "1", "kind": "firing", "at": 1795800000, "incident": "va5llj4c", "about": "site_down",
"root": "pop-barat", "name": "POP", "severity": "critical", "scope": "", "began_at": 1795800000,
"ended_at": null,
"affected": [], "merged": [], "seen_by": [], "reason": "", "acknowledged_by": "", "title": "POP is down",
"text": "No answer."}"""


def work(begins_at: float, ends_at: float, title: str = "A switch is replaced") -> Fault:
    return Fault("planned_work", "pop-barat", begins_at, ends_at, title)


def test_planned_work_is_entered_at_the_real_time_of_the_script() -> None:
    pace = ScriptTime(BEGAN, 60.0)
    (window,) = windows([work(BEGAN + 3600, BEGAN + 7200)], pace, UTC, BEGAN)
    assert window["sites"] == ["pop-barat"]
    assert (window["starts"], window["ends"]) == ("2026-11-27T17:21:00", "2026-11-27T17:22:01")


def test_neither_a_fault_nor_work_that_is_over_is_entered() -> None:
    pace = ScriptTime(BEGAN)
    faults = [work(BEGAN - 200, BEGAN - 100), Fault("fibre_cut", "noc-pontive-fiber", BEGAN, BEGAN + 60)]
    assert list(windows(faults, pace, ZONE, BEGAN)) == []


def test_the_greeting_says_where_to_look_what_comes_and_how_to_stop() -> None:
    story = told(load(CITY), None, None, ScriptTime(BEGAN))
    where = Where("http://127.0.0.1:8470", "/var/demo", "Mosquitto", "")
    lines = list(greeting(story, where, BEGAN))
    assert lines[0].startswith("A simulation: 102 sites of Pontianak, each with a real agent.")
    assert any("http://127.0.0.1:8470/ " in line for line in lines)
    assert any("Prometheus is not installed" in line for line in lines)
    assert any(line.startswith("  in 20 s") and "the radio link" in line for line in lines)
    assert lines[-1] == "Stop with Ctrl-C."


def test_a_message_is_kept_as_a_person_reads_it() -> None:
    document = msgspec.json.decode(DOCUMENT, type=Document)
    assert as_read("shift", document, UTC) == "17:20:00, to shift: POP is down\nNo answer.\n\n"
