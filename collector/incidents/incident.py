"""An incident, and the records of its changes and its notices."""

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from collector.causes import NOT_WEIGHED, WeighedCause

Kind = Literal[
    "site_down",
    "agent_silent",
    "target_down",
    "application_down",
    "collector_blind",
    "path_lost",
    "degraded",
    "flapping",
    "certificate_expiry",
    "agent_trouble",
    "on_backup",
    "power_cut",
]
Severity = Literal["critical", "warning", "info"]
Status = Literal["open", "closed", "merged"]
Scope = Literal["", "everywhere", "here"]
Change = Literal["opened", "updated", "closed", "merged"]
NoticeKind = Literal["firing", "reminder", "worsened", "escalated", "merged", "updated", "recovered"]
"""`updated` rings nowhere: it goes to channels that edit the message of an incident."""


MomentKind = Literal[
    "grew",
    "shrank",
    "severity",
    "scope",
    "cause",
    "planned",
    "outlasted",
    "earlier",
    "took_in",
    "joined",
    "parted",
]
"""`earlier`: it began earlier than was known. `took_in`: a merged incident. `joined`, `parted`: a power cut.
"""

Cause = Literal["", "power", "link", "provider", "device", "application", "planned", "other"]
"""A cause as a person sets it; "" is not known yet."""


class Subject(NamedTuple):
    """The thing that an incident is about. At most one incident is open about each subject.

    `root` is a site, a target, an application, "collector", a provider as "provider/ID", a path as
    "internet/national", a part of pantau as "pantau/ca", a feeder as "feeder/ID", or "agents" or
    "sites/many". `probe` is the probe's kind, if each kind has its own incident, or the trouble of an agent.
    `agent` is the agent that probes, if each agent has its own target of that name.
    """

    kind: Kind
    root: str
    probe: str = ""
    agent: str = ""


class Excess(Struct, frozen=True, gc=False):
    """A value of a path beyond its limit, both in the metric's unit; a counter's are per second.

    `usual` is the mean over the agent's run before, None if that is not known. `path` is agent and target,
    `row` the part of a device.
    """

    metric: str
    value: float
    limit: float
    usual: float | None = None
    path: tuple[str, str] = ("", "")
    row: str = ""


class Affected(Struct, frozen=True, gc=False):
    """A site that the incident affected from `since` to `until`, Unix seconds; None: it still does."""

    site: str
    since: float
    until: float | None = None


class Gravity(Struct, frozen=True, gc=False):
    """How grave an incident is. `everywhere`: no place reaches the application. `sites` is a number."""

    severity: Severity
    everywhere: bool
    sites: int


class OnUps(Struct, frozen=True, gc=False):
    """A site that runs on a battery, and when that will be empty, Unix time; None: it does not say."""

    site: str
    empty_at: float | None = None


class Ring(Struct, frozen=True):
    """A notice that rang at all receivers, at this Unix time: how grave the incident was, its cause,
    and the sites on a battery.
    """

    kind: NoticeKind
    at: float
    gravity: Gravity
    weighed: WeighedCause = NOT_WEIGHED
    on_ups: tuple[OnUps, ...] = ()


class PersonNote(Struct, frozen=True, gc=False):
    """A sentence of a person about an incident. `at` is Unix seconds."""

    at: float
    by: str
    text: str


class Moment(Struct, frozen=True, gc=False):
    """A thing that happened with an incident, at this Unix time. `before` and `after` are numbers of sites,
    severities, scopes, causes, titles of planned work, or ids of incidents. `sites` are some of those that
    came in or went.
    """

    at: float
    what: MomentKind
    before: str = ""
    after: str = ""
    sites: tuple[str, ...] = ()


class Incident(Struct, frozen=True, kw_only=True):
    """From first evidence to recovery. Times are Unix seconds.

    `reason` and `seen_by` are the evidence that opened it; `seen_by` is empty if only silence shows it.
    `status_code` is that of the HTTP answer, if its status is the reason.
    `removed` means that it ended because its root left the inventory. `unnamed` are announced incidents that
    were merged into it, and that no notice has named yet. `contradicted_by` are sites that report though they
    are below the root: the inventory may be wrong. `excess` is the worst value of degraded paths. `changes`
    is the number of changes that showed a flapping path. `told_at` is the time of the last notice.
    `shares` are the things that many silent agents share: "provider ID", "pop ID", "version X".
    `planned` is the title of the window of maintenance that covers it now. If it is over, planned work is why
    it had no notice. `outlasted` is the title of the last one that is over while the incident goes on.
    `unacknowledged_at` is the last time at which a person gave it back. `notes` are the newest ones. `cause`
    is set by the person `cause_by`. `escalated` are the receivers to whom it was escalated. `rings` are
    the first notice and each that showed it graver; since `graver_at` it is graver than in those.
    `not_after` is the end of a certificate. While an incident that is over has a `recovery_due_at`, its
    recovery waits for that time at most. `weighed` is the cause that the clues speak for.
    `part_of` is the id of the power cut whose notices tell of it. `on_ups` are the sites of a power cut that
    still run. `moments` are the first and the newest, `moments_dropped` were between them.
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
    status_code: int | None = None
    seen_by: tuple[str, ...] = ()
    contradicted_by: tuple[str, ...] = ()
    excess: Excess | None = None
    changes: int = 0
    acknowledged_at: float | None = None
    acknowledged_by: str = ""
    acknowledged_note: str = ""
    unacknowledged_at: float | None = None
    notes: tuple[PersonNote, ...] = ()
    cause: Cause = ""
    cause_by: str = ""
    announced_at: float | None = None
    told_at: float | None = None
    notices: int = 0
    unnamed: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    planned: str = ""
    outlasted: str = ""
    escalated: tuple[str, ...] = ()
    rings: tuple[Ring, ...] = ()
    graver_at: float | None = None
    not_after: float | None = None
    recovery_due_at: float | None = None
    weighed: WeighedCause = NOT_WEIGHED
    part_of: str = ""
    on_ups: tuple[OnUps, ...] = ()
    moments: tuple[Moment, ...] = ()
    moments_dropped: int = 0

    @property
    def subject(self) -> Subject:
        return Subject(self.kind, self.root, self.probe, self.agent)

    @property
    def in_hand(self) -> bool:
        """A person has it in hand: neither reminders nor escalation follow."""
        return self.acknowledged_at is not None

    @property
    def affected_now(self) -> tuple[str, ...]:
        return tuple(entry.site for entry in self.affected if entry.until is None)


class Transition(Struct, frozen=True):
    """A change of an incident. The record holds the whole incident after the change, ready to store."""

    change: Change
    at: float
    incident: Incident


class Notice(Struct, frozen=True):
    """A message about an incident. `merged` are announced incidents that get no recovery of their own.

    `to` are the only receivers of an escalation. `before` is what receivers knew before it became graver.
    """

    id: str
    kind: NoticeKind
    at: float
    incident: Incident
    merged: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    before: Gravity | None = None


Record = Transition | Notice


def affecting(
    entries: tuple[Affected, ...],
    sites: Collection[str],
    since: Callable[[str], float],
    until: Callable[[str], float],
) -> tuple[Affected, ...]:
    """The entries after a change: exactly these sites are affected now."""
    kept = tuple(
        entry
        if entry.until is not None or entry.site in sites
        else msgspec.structs.replace(entry, until=max(entry.since, until(entry.site)))
        for entry in entries
    )
    open_before = {entry.site for entry in entries if entry.until is None}
    return kept + tuple(Affected(site, since(site)) for site in sorted(set(sites) - open_before))
