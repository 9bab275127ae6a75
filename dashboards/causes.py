"""Why it was down: outages by cause over time, and how often the clues were right."""

from collections.abc import Iterator, Mapping, Sequence

from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel

from collector.causes import CauseName
from collector.incidents.blamed import AS_A_PERSON_SAYS
from collector.incidents.incident import Cause
from dashboards.panels import ABSENT, FROM_ZERO, bars, in_steps, now, stat
from dashboards.tables import Column, table
from dashboards.words import CAUSE, NOT_SCRAPED, SET_CAUSE

ENDED = "pantau_incidents_ended_total"
SET = "pantau_incident_cause_total"
NOT_SET = "no cause set"


def _guesses() -> Mapping[Cause, Sequence[CauseName]]:
    """The weighed causes for each cause as a person says it."""
    found: dict[Cause, list[CauseName]] = {}
    for guess, cause in AS_A_PERSON_SAYS.items():
        found.setdefault(cause, []).append(guess)
    return found


def outages_by_cause() -> TimeseriesPanel:
    groups = [(*SET_CAUSE[cause], "|".join(guesses)) for cause, guesses in _guesses().items()]
    groups.append((*CAUSE["unknown"], "unknown"))
    return bars(
        "Outages by cause",
        "Incidents by the cause that the clues spoke for, when the last clues were in: five to six minutes "
        "after the end. Longer time ranges have wider bars.",
        [
            in_steps(f'sum(round(increase({ENDED}{{cause=~"{causes}"}}[$__rate_interval])))', words)
            for words, _, causes in groups
        ],
        colours={words: colour for words, colour, _ in groups},
        no_value=NOT_SCRAPED,
    )


def accuracy() -> Iterator[StatPanel | TablePanel]:
    right = " or ".join(
        f'increase({SET}{{guess=~"{"|".join(guesses)}", confirmed="{cause}"}}[$__range])'
        for cause, guesses in _guesses().items()
    )
    every = f"(sum(increase({SET}[$__range])) > 0)"
    yield stat(
        "Cause was right",
        "Of the causes that people set within the time range, the share for which the clues had spoken too. "
        "A cause that a person corrects counts again.",
        now(f"(sum({right}) or vector(0)) / {every}"),
        unit="percentunit",
        thresholds=((None, ABSENT), (FROM_ZERO, "red"), (0.7, "orange"), (0.9, "green")),
        decimals=0,
        no_value=NOT_SET,
        width=4,
        height=8,
    )
    yield stat(
        "Cause was not known",
        "Of these causes, the share for which the clues spoke for none. For the rest they spoke for another.",
        now(f'(sum(increase({SET}{{guess="unknown"}}[$__range])) or vector(0)) / {every}'),
        unit="percentunit",
        thresholds=((None, ABSENT), (FROM_ZERO, "blue")),
        decimals=0,
        no_value=NOT_SET,
        width=4,
        height=8,
    )
    yield table(
        "Causes that people set",
        "How often people set which cause within the time range, and what the clues had spoken for.",
        [now(f"round(sum by (guess, confirmed) (increase({SET}[$__range]))) > 0")],
        [
            Column("confirmed", "A person says", words=SET_CAUSE),
            Column("guess", "The clues said", words=CAUSE),
            Column("A", "Times", width=80),
        ],
        no_value="No cause is known that a person set within the time range",
        sort=["-Times"],
        width=16,
    )
