"""Shades over the graphs: planned work, and outages with their causes."""

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery

from dashboards.panels import DATASOURCE

STEP_SECONDS = 15

BEGAN = "site_kind_began:pantau_incidents_oldest_timestamp_seconds:min"
SEEN = "site_kind_began_cause:pantau_incidents_oldest_timestamp_seconds:seen"
_ONE = "site, feeder, kind, began"
"""The labels that tell one outage from the others."""


def planned_work(sites: str, of_them: str = "") -> AnnotationQuery:
    """A shade from the begin to the end of the work, at those of the sites that `of_them` leaves."""
    shown = f"max by (site) (pantau_maintenance_active{{{sites}}}){of_them}"
    return shade("Planned work", "blue", shown, "{{site}}")


def outages_with_causes(sites: str, of_them: str = "") -> AnnotationQuery:
    """One shade for each outage, from its begin until it was last there.

    Its text is the last cause that is known within the time range. So the query asks at the end of that, and
    then keeps the times between. An outage begins before the collector finds it. It lasts a step longer, so
    that a short one is not lost between two steps: Grafana makes some hundred of any time range.
    """
    last_cause = f"(topk by ({_ONE}) (1, max_over_time({SEEN}{{{sites}}}[$__range] @ end())){of_them})"
    began = f"max_over_time({BEGAN}[$__range] @ end())"
    shown = f"{last_cause} + $__interval_ms / 1000 >= time() and on ({_ONE}) {began} <= time()"
    return shade("Outages", "red", _in_words(shown), "{{name}}: {{cause}}")


def _in_words(outages: str) -> str:
    """power_site is "power site", an unknown cause "not known yet"."""
    spaced = f'label_replace({outages}, "cause", "$1 $2", "cause", "(.+)_(.+)")'
    return f'label_replace({spaced}, "cause", "cause not known yet", "cause", "unknown")'


def shade(name: str, colour: str, shown: str, text: str) -> AnnotationQuery:
    return (
        AnnotationQuery()
        .name(name)
        .datasource(DATASOURCE)
        .enable(True)
        .icon_color(colour)
        .expr(shown)
        .step(f"{STEP_SECONDS}s")
        .title_format(name)
        .text_format(text)
    )
