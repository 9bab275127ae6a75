"""Notices on their way to people."""

from collections.abc import Iterator

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.panels import OWN_STEP, PER_SECOND, query, timeseries
from dashboards.words import NOT_SCRAPED

OWN = "pantau_collector_notices"


def notices() -> Iterator[Builder[Panel]]:
    yield timeseries(
        "Notices not delivered",
        "Notices that wait, each tried again for a day, and those given up in the last 30 days. "
        "`pantau-collector notices` lists them.",
        [query(f"sum({OWN}_waiting)", "waiting", OWN_STEP), query(f"sum({OWN}_dead)", "given up", OWN_STEP)],
        unit="none",
        colours={"waiting": "orange", "given up": "red"},
        no_value=NOT_SCRAPED,
    )
    yield timeseries(
        "Attempts to deliver a notice",
        "What came of them. One that failed is made again.",
        [query(f"sum by (outcome) (rate({OWN}_total[$__rate_interval]))", "{{outcome}}", OWN_STEP)],
        unit=PER_SECOND,
        no_value=NOT_SCRAPED,
    )
