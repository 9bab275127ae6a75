"""Back-fill: late measurements on their way to Prometheus by remote write."""

from collections.abc import Iterator

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.frame import CHOSEN
from dashboards.panels import OWN_STEP, PER_SECOND, now, query, timeseries
from dashboards.tables import DISTRICT, SITE, Column, table

OFF = "No sample is known: is /metrics scraped, and remote write set up in collector.toml, [history]?"
OWN = "pantau_collector_backfill"


def backfill() -> Iterator[Builder[Panel]]:
    yield timeseries(
        "Reports waiting to be written",
        "Reports with measurements that no scrape shows, on their way to Prometheus.",
        [query(f"sum({OWN}_queue_reports)", "waiting", OWN_STEP)],
        unit="none",
        no_value=OFF,
        width=8,
    )
    yield timeseries(
        "Samples written late",
        "Samples that remote write has taken, and requests that found no answer about theirs.",
        [
            query(f"sum(rate({OWN}_samples_total[$__rate_interval]))", "samples", OWN_STEP),
            query(f"sum(rate({OWN}_failed_requests_total[$__rate_interval]))", "failed requests", OWN_STEP),
        ],
        unit=PER_SECOND,
        colours={"failed requests": "red"},
        no_value=OFF,
        width=8,
    )
    counter = f"{OWN}_refused_samples_total"
    new = f"{counter} unless {counter} offset $__range"  # increase() does not see how a series begins
    refused = f"sum by (site, reason) ({new} or increase({counter}[$__range])) > 0"
    yield table(
        "Samples refused for good",
        "Holes that stay: samples older than Prometheus takes, or for which it has others.",
        [now(f"({refused}) * on (site) group_left (district) site:pantau_site_info:max{{{CHOSEN}}}")],
        [
            SITE,
            DISTRICT,
            Column("reason", "Reason"),
            Column("A", "Samples", unit="locale", decimals=0, width=80),
        ],
        no_value="No refused sample is known within the time range",
        sort=["-Samples"],
        width=8,
    )
