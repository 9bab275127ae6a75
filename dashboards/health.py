"""Pantau's own health: does it receive, store, acknowledge, send notices, and lose nothing."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.agents import clocks, held_back_and_lost
from dashboards.backfill import backfill
from dashboards.causes import accuracy
from dashboards.frame import CHOSEN, HEALTH, PanelRow, assemble, district, sites
from dashboards.notices import notices
from dashboards.panels import ABSENT, FROM_ZERO, OWN_STEP, PER_SECOND, now, query, stat, timeseries
from dashboards.shades import planned_work
from dashboards.tables import Column, table
from dashboards.words import BLIND, HEARS, NOT_SCRAPED, SEVERITY

KNOWN = f"count(pantau_site_info{{{CHOSEN}}})"
TOLD = f"count(site:pantau_agent_up:max{{{CHOSEN}}})"
"""Agents whose state the collector knows."""


def health() -> Dashboard:
    return assemble(
        "Pantau's own health",
        HEALTH,
        "Whether collector and agents do their work: take in, store, acknowledge, tell, and lose nothing.",
        [district(), sites()],
        [
            PanelRow("Now", [*_now(), _alerts()]),
            PanelRow("Taking in", list(_ingest())),
            PanelRow("Storing and acknowledging", list(_store())),
            PanelRow("Held back and lost", list(held_back_and_lost())),
            PanelRow("Back-fill", list(backfill())),
            PanelRow("Notices", list(notices())),
            PanelRow("Whether the causes are right", list(accuracy())),
            PanelRow("Clocks", list(clocks())),
            PanelRow("The collector as a program", list(_program()), folded=True),
        ],
        page="/agents",
        shades=[planned_work(CHOSEN)],
    )


def _now() -> Iterator[StatPanel]:
    yield stat(
        "Collector",
        "Whether it is scraped, and connected to the broker.",
        now(f"max(pantau_collector_broker_connected) or vector({BLIND})"),
        words=HEARS,
        no_value="BLIND",
        width=6,
    )
    for title, up, none, some, description in (
        ("Agents that report", 1, "red", "green", "Agents of which fresh reports come."),
        ("Agents silent", 0, "green", "orange", "Agents of which none come, though the collector listens."),
    ):
        yield stat(
            title,
            description,
            now(f"count(site:pantau_agent_up:max{{{CHOSEN}}} == {up}) or 0 * {TOLD}"),
            thresholds=((None, ABSENT), (FROM_ZERO, none), (1, some)),
            no_value="?",
        )
    yield stat(
        "Agents unknown",
        "Agents of which the collector can't tell: it does not listen, or not for long enough.",
        now(f"count(pantau_site_info{{{CHOSEN}}} unless on (site) pantau_agent_up) or 0 * {KNOWN}"),
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "blue")),
        no_value="?",
    )
    yield stat(
        "Messages waiting",
        "Messages that have arrived and are not stored yet. Beyond some hundreds the store is too slow.",
        now("sum(pantau_collector_queue_messages)"),
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (500, "orange"), (5000, "red")),
        no_value="?",
    )
    yield stat(
        "Failed commits",
        "Commits to the store that failed within the time range, and were tried again.",
        now("sum(increase(pantau_collector_failed_commits_total[$__range]))"),
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "red")),
        decimals=0,
        no_value="?",
    )
    yield stat(
        "Scrape of the city",
        "How long Prometheus takes to get the city from the collector, each five seconds.",
        now("max(scrape_duration_seconds and on (job, instance) pantau_build_info)"),
        unit="s",
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "orange"), (4, "red")),
        no_value="not scraped",
    )


def _alerts() -> TablePanel:
    return table(
        "Alerts about pantau",
        "What fires of prometheus/alerts.yml, but for the dead man's switch. Alertmanager says what to do.",
        [now('ALERTS{alertname=~"Pantau.+", alertname!="PantauWatchdog", alertstate="firing"}')],
        [
            Column("alertname", "Alert"),
            Column("severity", "Severity", words=SEVERITY),
            Column("site", "About"),
            Column("reason", "Reason"),
            Column("outcome", "Outcome"),
        ],
        no_value="No alert is known to fire: are the rules loaded?",
        height=5,
    )


def _ingest() -> Iterator[TimeseriesPanel]:
    yield timeseries(
        "Messages",
        "What arrives from agents, by what became of it. A duplicate was stored before.",
        [query(_rate("messages", "by (outcome)"), "{{outcome}}", OWN_STEP)],
        unit=PER_SECOND,
        stacked=True,
        no_value=NOT_SCRAPED,
        width=8,
    )
    yield timeseries(
        "Measurements",
        "What the state did with the measurements that came. Late ones are history, unassigned ones refused.",
        [query(_rate("measurements", "by (outcome)"), "{{outcome}}", OWN_STEP)],
        unit=PER_SECOND,
        no_value=NOT_SCRAPED,
        width=8,
    )
    yield timeseries(
        "Refused and dropped messages",
        "Messages that were not taken. Their agents keep them, but for those that can never be taken.",
        [
            query(_rate("refused_messages", "by (reason)"), "{{reason}}", OWN_STEP),
            query(_rate("queue_dropped_messages"), "queue full", OWN_STEP),
            query(_rate("over_rate_messages"), "above the rate", OWN_STEP),
        ],
        unit=PER_SECOND,
        no_value=NOT_SCRAPED,
        width=8,
    )


def _store() -> Iterator[TimeseriesPanel]:
    buckets = _rate("commit_duration_seconds_bucket", "by (le)", total="")
    yield timeseries(
        "Time to store a batch",
        "From the beginning of a transaction until it is on the disk: the median, and 99 of 100.",
        [
            query(f"histogram_quantile(0.5, {buckets})", "median", OWN_STEP),
            query(f"histogram_quantile(0.99, {buckets})", "99 of 100", OWN_STEP),
        ],
        unit="s",
        no_value=NOT_SCRAPED,
        width=8,
    )
    yield timeseries(
        "Commits",
        "Transactions of the store. Nothing is acknowledged before its transaction is committed.",
        [
            query(_rate("commit_duration_seconds_count", total=""), "tried", OWN_STEP),
            query(_rate("failed_commits"), "failed", OWN_STEP),
        ],
        unit="ops",
        colours={"failed": "red"},
        no_value=NOT_SCRAPED,
        width=8,
    )
    ledger = 'pantau_collector_ledger_measurements_total{fate="duplicates"}'
    again = f"sum by (site) (rate({ledger}[$__rate_interval]))"
    yield timeseries(
        "Sent again by",
        "Measurements that came though they were stored: an ack was lost, or late. The ten agents with most.",
        [query(f"topk(10, {again} and on (site) pantau_site_info{{{CHOSEN}}})", "{{site}}", OWN_STEP)],
        unit=PER_SECOND,
        no_value="No stored report is known",
        width=8,
    )


def _program() -> Iterator[TimeseriesPanel]:
    own = "and on (job, instance) pantau_collector_broker_connected"
    yield timeseries(
        "CPU",
        "Cores that the collector uses.",
        [query(f"rate(process_cpu_seconds_total[$__rate_interval]) {own}", "{{instance}}", OWN_STEP)],
        unit="short",
        no_value=NOT_SCRAPED,
        width=8,
    )
    yield timeseries(
        "Memory",
        "Resident memory of the collector.",
        [query(f"process_resident_memory_bytes {own}", "{{instance}}", OWN_STEP)],
        unit="bytes",
        no_value=NOT_SCRAPED,
        width=8,
    )
    yield timeseries(
        "Agents by version",
        "Versions of the agents that report.",
        [query(f"count by (version) (pantau_agent_info{{{CHOSEN}}})", "{{version}}")],
        unit="none",
        stacked=True,
        no_value="No agent is known to report",
        width=8,
    )


def _rate(what: str, by: str = "", total: str = "_total") -> str:
    return f"sum {by} (rate(pantau_collector_{what}{total}[$__rate_interval]))"
