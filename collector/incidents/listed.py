"""A page of the list of all incidents, open and past."""

from typing import NamedTuple

from collector.incidents.incident import Incident


class ListPlace(NamedTuple):
    """The place of an incident in the list: open ones first, then by their beginning, newest first."""

    open: bool
    began_at: float
    id: str


class WantedIncidents(NamedTuple):
    """The incidents that a list wants. `open` None: both. Times are Unix seconds, `until` is not within."""

    open: bool | None = None
    kind: str = ""
    severity: str = ""
    since: float | None = None
    until: float | None = None


class ListedIncidents(NamedTuple):
    """A page of a list. `following` is the last place that was looked at, None at the end of the list."""

    incidents: list[Incident]
    following: ListPlace | None
