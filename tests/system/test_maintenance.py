"""`pantau-collector maintenance`, asked of a collector that runs: work is planned, kept and ended."""

import json
import subprocess
from pathlib import Path

from tests.free_ports import LOOPBACK
from tests.servers.mosquitto import needs_mosquitto
from tests.system.programs import collector, get, one
from tests.system.watched_city import WatchedCity, watched_city

pytestmark = needs_mosquitto

NIGHTLY = """
[[maintenance]]
title = "Nightly"
starts = 2026-01-01T01:00:00
ends = 2026-01-01T01:05:00
repeat = "daily"
sites = ["warkop"]
"""


def ask(city: WatchedCity, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = collector("maintenance", *arguments, "--config", str(city.config))
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def planned(city: WatchedCity) -> list[tuple[str, str]]:
    return [(one.root, one.planned) for one in city.incidents()]


def test_work_that_a_person_plans_is_kept_over_a_kill_until_it_is_ended(tmp_path: Path) -> None:
    with watched_city(tmp_path, more_inventory=NIGHTLY) as city:
        city.voice.speak()
        city.until_reports(3)
        told = ask(city, "add", "New battery", "--site", "gradasi", "--for", "2h", "--by", "Sari")
        assert (told.returncode, told.stderr) == (0, "")
        first, second = told.stdout.splitlines()
        assert " active " in first
        assert first.endswith(" WIB  New battery")
        assert second == "    site gradasi  by Sari"

        city.voice.down("gradasi")
        city.until(lambda: planned(city) == [("gradasi", "New battery")])
        incidents = subprocess.run(
            collector("incidents", "--config", str(city.config)), capture_output=True, text=True, timeout=60
        )
        assert incidents.stdout.endswith("  planned: New battery\n")
        metrics = get(f"http://{LOOPBACK}:{city.port}/metrics/city")
        active = one(metrics, "pantau_maintenance_active", site="gradasi")
        assert active is not None
        assert active.value == 1

        city.collector.kill()
        city.start()
        city.until(lambda: planned(city) == [("gradasi", "New battery")])
        city.until_reports(3)
        listed = json.loads(ask(city, "list", "--json").stdout)
        assert [(entry["window"]["title"], entry["via"]) for entry in listed] == [
            ("New battery", "cli"),
            ("Nightly", "inventory"),
        ]
        city.voice.up("gradasi")
        city.until(lambda: city.incidents() == [])
        ended = ask(city, "end", listed[0]["id"])
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout.startswith(f"{listed[0]['id']}: New battery: ended at 2")
        assert "New battery" not in ask(city, "list").stdout

        city.voice.down("gradasi")
        city.until_told(("firing", "gradasi"))


def test_a_mistake_is_one_line_with_its_remedy(tmp_path: Path) -> None:
    with watched_city(tmp_path, more_inventory=NIGHTLY) as city:
        city.until(lambda: get(f"http://{LOOPBACK}:{city.port}/healthz"))
        (nightly,) = json.loads(ask(city, "list", "--json").stdout)
        for arguments, error in {
            ("add", "W", "--site", "gradas", "--for", "2h"): (
                "sites: 'gradas' is not among the city's sites; did you mean 'gradasi'?"
            ),
            ("add", "W", "--site", "gradasi"): "ends: write either ends or minutes",
            ("add", "W", "--site", "gradasi", "--for", "2"): "--for: '2': write it as 45m, 2h, 1h30m or 1d",
            ("add", "W", "--site", "gradasi", "--for", "2h", "--starts", "tomorrow"): (
                "--starts: 'tomorrow': write it as 2026-11-02T01:00, in the city's time"
            ),
            ("end", "nowhere"): "no window nowhere; see /api/maintenance",
            ("end", "a/b"): "'a/b' is no window's id; see `pantau-collector maintenance list`",
            ("end", nightly["id"]): (
                "'Nightly' stands in the inventory; change its ends in [[maintenance]] there"
            ),
        }.items():
            told = ask(city, *arguments)
            assert (told.returncode, told.stdout) == (2, "")
            assert told.stderr == f"pantau-collector: {error}\n"
