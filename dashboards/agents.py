"""The health of the agents: reports that they hold back, their losses, and their clocks."""

from collections.abc import Iterator

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.frame import CHOSEN
from dashboards.panels import OWN_STEP, PER_SECOND, now, query, timeseries
from dashboards.tables import WHERE, Column, table
from dashboards.words import NOT_SCRAPED

NAMED = "on (site) group_left (name) site:pantau_site_info:max"
NO_AGENT = "No agent is known to report"


def held_back_and_lost() -> Iterator[Builder[Panel]]:
    yield timeseries(
        "Reports held back",
        "Reports that agents keep until they are acknowledged: fewer and fewer after an outage. If ever more "
        "while reports arrive, the acks do not. The ten agents with the most.",
        [query(f"topk(10, max by (site) (pantau_agent_spooled_reports{{{CHOSEN}}}))", "{{site}}")],
        unit="none",
        no_value=NO_AGENT,
        width=8,
    )
    yield timeseries(
        "Lost by reason",
        "Measurements that agents had to drop, as their reports say.",
        [
            query(
                "sum by (reason) (increase(pantau_collector_dropped_measurements_total[$__rate_interval]))",
                "{{reason}}",
                OWN_STEP,
            )
        ],
        unit="none",
        no_value=NOT_SCRAPED,
        width=8,
    )
    fates = "sum by (fate) (increase(pantau_collector_ledger_measurements_total[$__range])"
    yield table(
        "The account",
        "What became of all measurements within the time range. Duplicates were stored before.",
        [now(f"{fates} and on (site) pantau_site_info{{{CHOSEN}}})")],
        [Column("fate", "Fate"), Column("A", "Measurements", unit="locale", decimals=0, width=110)],
        no_value="No stored report is known",
        width=8,
    )
    lost, missed = (
        f"max by (site, district) (increase(pantau_agent_{what}_total{{{CHOSEN}}}[$__range]))"
        for what in ("dropped_measurements", "missed_beats")
    )
    either = f"({lost} + {missed} > 0)"
    yield table(
        "Agents that lose or miss",
        "Measurements dropped as the spool was full or broken, and beats left out as the box was too slow.",
        [now(f"{lost} * {NAMED} and on (site) {either}"), now(f"{missed} and on (site) {either}")],
        [
            Column("A", "Dropped", unit="locale", decimals=0, width=90),
            Column("B", "Beats missed", unit="locale", decimals=0, width=100),
            *WHERE,
        ],
        no_value="No such agent is known within the time range",
        sort=["-Dropped"],
        height=6,
    )


def clocks() -> Iterator[Builder[Panel]]:
    yield table(
        "Clocks that NTP does not keep",
        "Their measurements take the collector's time, which is good to half a round trip.",
        [now(f"max by (site, district) (pantau_agent_clock_synchronized{{{CHOSEN}}} == 0) + {NAMED} - 1")],
        WHERE,
        no_value="No such agent is known to report",
        width=8,
    )
    yield timeseries(
        "Without a true time",
        "Measurements that could not be dated, or lie in the future: they are stored, and not shown.",
        [
            query(
                "sum by (outcome) (rate("
                'pantau_collector_measurements_total{outcome=~"undated|ahead"}[$__rate_interval]))',
                "{{outcome}}",
                OWN_STEP,
            )
        ],
        unit=PER_SECOND,
        no_value=NOT_SCRAPED,
        width=8,
    )
    age = f"time() - max by (site) (pantau_agent_last_report_timestamp_seconds{{{CHOSEN}}})"
    yield timeseries(
        "Age of the newest report",
        "How old the newest report of each agent is that reports now. The ten oldest.",
        [query(f"topk(10, {age})", "{{site}}")],
        unit="s",
        no_value=NO_AGENT,
        width=8,
    )
