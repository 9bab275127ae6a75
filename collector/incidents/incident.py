"""An incident, and the records that tell how it came, went and was announced."""

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

Kind = Literal["site_down", "agent_silent", "target_down", "application_down", "collector_blind"]
Severity = Literal["critical", "warning", "info"]
Status = Literal["open", "closed", "merged"]
Scope = Literal["", "everywhere", "here"]
Change = Literal["opened", "updated", "closed", "merged"]
NoticeKind = Literal["firing", "reminder", "merged", "recovered"]


class Subject(NamedTuple):
    """What an incident is about; at most one is open about each.

    `root` is a site, a target, an application or "collector". `probe` is the probe's kind where another kind
    would be another matter; `agent` whose target it is, where each agent has its own of that name.
    """

    kind: Kind
    root: str
    probe: str = ""
    agent: str = ""


class Affected(Struct, frozen=True, gc=False):
    """A site that the incident concerned from `since` until `until`; None: it still does."""

    site: str
    since: float
    until: float | None = None


class Incident(Struct, frozen=True, kw_only=True):
    """From first evidence to recovery. Times are Unix seconds.

    `reason` and `seen_by` are the evidence that opened it; nobody saw it where silence is the only evidence.
    `removed`: it ended because the inventory no longer has its root. `unnamed` are the announced incidents
    merged into it that no notice has named yet. `contradicted_by` are sites that are heard though they hang
    below it: the inventory may be wrong.
    """

    id: str
    kind: Kind
    root: str
    probe: str = ""
    agent: str = ""
    severity: Severity
    scope: Scope = ""
    began_at: float
    opened_at: float
    ended_at: float | None = None
    status: Status = "open"
    merged_into: str = ""
    removed: bool = False
    late: bool = False
    affected: tuple[Affected, ...] = ()
    reason: str = ""
    seen_by: tuple[str, ...] = ()
    contradicted_by: tuple[str, ...] = ()
    acknowledged_at: float | None = None
    acknowledged_by: str = ""
    announced_at: float | None = None
    told_at: float | None = None
    notices: int = 0
    unnamed: tuple[str, ...] = ()

    @property
    def subject(self) -> Subject:
        return Subject(self.kind, self.root, self.probe, self.agent)

    @property
    def affected_now(self) -> tuple[str, ...]:
        return tuple(entry.site for entry in self.affected if entry.until is None)


class Transition(Struct, frozen=True):
    """A change of an incident. Every record holds the incident as it then is: to store that is to save it."""

    change: Change
    at: float
    incident: Incident


class Notice(Struct, frozen=True):
    """Something to tell people. `merged` are announced incidents that get no recovery of their own."""

    id: str
    kind: NoticeKind
    at: float
    incident: Incident
    merged: tuple[str, ...] = ()


Record = Transition | Notice


def affecting(
    entries: tuple[Affected, ...],
    sites: Collection[str],
    since: Callable[[str], float],
    until: Callable[[str], float],
) -> tuple[Affected, ...]:
    """The entries brought to the state where just these sites are affected."""
    kept = tuple(
        entry
        if entry.until is not None or entry.site in sites
        else msgspec.structs.replace(entry, until=max(entry.since, until(entry.site)))
        for entry in entries
    )
    open_before = {entry.site for entry in entries if entry.until is None}
    return kept + tuple(Affected(site, since(site)) for site in sorted(set(sites) - open_before))
