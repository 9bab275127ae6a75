"""Open incidents about one thing, for its dashboard."""

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery
from grafana_foundation_sdk.builders.table import Panel as TablePanel

from dashboards.panels import now
from dashboards.shades import shade
from dashboards.tables import Column, table
from dashboards.words import CAUSE, CONFIDENCE, KIND, SEVERITY

ONE = "site, kind, severity"


def open_incidents(chosen: str, description: str, *, width: int = 16) -> TablePanel:
    """Those that `chosen` selects."""
    causes = f"max by ({ONE}, cause, confidence) (pantau_incident_cause_info{{{chosen}}})"
    began = f"1000 * min by ({ONE}) (pantau_incidents_oldest_timestamp_seconds{{{chosen}}})"
    return table(
        "Open incidents",
        description,
        [now(causes), now(f"{began} * on ({ONE}) group_right () (0 * {causes} + 1)")],
        [
            Column("severity", "Severity", words=SEVERITY, width=75),
            Column("kind", "Kind", words=KIND, width=150),
            Column("cause", "Cause", words=CAUSE, width=170),
            Column("confidence", "Confidence", words=CONFIDENCE, width=130),
            Column("B", "Since", unit="dateTimeFromNow", width=140),
            Column("site", "Site"),
        ],
        no_value="No open incident about it is known",
        sort=["-Since"],
        width=width,
        height=7,
    )


def while_open(chosen: str) -> AnnotationQuery:
    """A red shade while an incident of those is open, as the collector says at each scrape."""
    shown = f"max by (site, kind) (pantau_incidents_active{{{chosen}}}) > 0"
    spaced = f'label_replace({shown}, "words", "$1 $2", "kind", "(.+)_(.+)")'
    return shade("Outages", "red", spaced, "{{words}} {{site}}")
