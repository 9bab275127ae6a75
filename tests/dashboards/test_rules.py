"""Prometheus' rules: what its own checker and its own tests say."""

import re
import subprocess
from pathlib import Path

import pytest

from collector.inventory.watching import METERED
from tests.dashboards.grafana import FOLDER, RULES
from tests.servers.prometheus import needs_promtool

pytestmark = needs_promtool

TESTS = sorted((Path(__file__).parent / "rules").glob("*.yml"))


def promtool(*arguments: str | Path) -> str:
    """What it says, "" when it is content."""
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize("rules", RULES, ids=lambda file: file.stem)
def test_promtool_takes_the_rules(rules: Path) -> None:
    assert promtool("check", "rules", "--lint-fatal", rules) == ""


@pytest.mark.parametrize("tests", TESTS, ids=lambda file: file.stem)
def test_the_rules_do_what_their_tests_say(tests: Path) -> None:
    assert promtool("test", "rules", tests) == ""


@pytest.mark.parametrize("rules", RULES, ids=lambda file: file.stem)
def test_every_rule_has_a_test(rules: Path) -> None:
    made = re.findall(r"- (?:record|alert): (\S+)", rules.read_text())
    tested = (Path(__file__).parent / "rules" / f"{rules.stem}.test.yml").read_text()
    assert [name for name in made if not re.search(rf"\b{name}\b", tested)] == []


SECONDS = {"s": 1, "m": 60, "h": 3600}
SCRAPED_SECONDS = 15  # the collector's own, in deploy/prometheus/prometheus.yml
REPORTED_SECONDS = METERED.report_interval_seconds  # of the city, where a site's own setting says no more


@pytest.mark.parametrize("rules", RULES, ids=lambda file: file.stem)
def test_every_range_holds_two_samples_without_its_beginning(rules: Path) -> None:
    """Prometheus 3 leaves it out: a range of one interval holds a single sample, and has no rate."""
    for name, number, unit in re.findall(r"\b(pantau_\w+)(?:{[^}]*})?\[(\d+)([smh])\]", rules.read_text()):
        interval = SCRAPED_SECONDS if name.startswith("pantau_collector_") else REPORTED_SECONDS
        assert int(number) * SECONDS[unit] >= 2 * interval, name


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    alerts = (FOLDER / "prometheus" / "alerts.yml").read_text().split("- alert: ")[1:]
    for alert in alerts:
        assert re.search(r"labels: {severity: (critical|warning|info|none)}", alert)
        assert "summary: " in alert
        assert "description: " in alert
