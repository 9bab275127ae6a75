"""Planned work as silences of Alertmanager's API v2, for the rules that engineers write. Pure.

The collector itself sends no notice of planned work. So a silence leaves out the alerts of incidents: they
have the label `incident`, and a silence would swallow the end of one that people know of.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Struct

from collector.planned import Plan, PlannedWork
from collector.planned.occurrences import Span

AHEAD_SECONDS = 3600.0
"""A silence is there so long before its work begins."""
SAME = timedelta(seconds=1)


class Matcher(Struct, frozen=True, rename="camel"):
    name: str
    value: str
    is_regex: bool
    is_equal: bool = True


class SilenceStatus(Struct, frozen=True):
    """`state` is "pending", "active" or "expired"."""

    state: str


class Silence(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """As Alertmanager takes and gives it. A new one has no `id`."""

    id: str = ""
    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    status: SilenceStatus | None = None


class SilenceChanges(Struct, frozen=True):
    """`expired` are ids."""

    posted: list[Silence]
    expired: list[str]


def silences(plan: Plan, created_by: str, now: float) -> Iterator[Silence]:
    """Those of the work that is active or begins soon, one for each label of its sites and applications."""
    for work in plan.work:
        span = plan.occurrence(work, now)
        if span is None or span.since > now + AHEAD_SECONDS:
            continue
        sites = plan.sites_of(work)
        labels = {"site": sites, "target": sites | work.applications, "application": work.applications}
        for label, ids in labels.items():
            if ids:
                yield _silence(work, span, label, sorted(ids), created_by)


def changes(theirs: Iterable[Silence], ours: Iterable[Silence], created_by: str) -> SilenceChanges:
    """The silences to post and to expire, so that Alertmanager has ours.

    Silences of people, of another collector or of another receiver stay as they are. A silence is the same as
    long as its comment is, which has the window's id.
    """
    known: dict[str, list[Silence]] = {}
    for one in theirs:
        if one.created_by == created_by and one.status is not None and one.status.state != "expired":
            known.setdefault(one.comment, []).append(one)
    posted = []
    for wanted in ours:
        if not (found := known.get(wanted.comment)):
            posted.append(wanted)
        elif not _agree(kept := found.pop(0), wanted):
            starts_at = kept.starts_at if _is_active(kept) else wanted.starts_at
            posted.append(msgspec.structs.replace(wanted, id=kept.id, starts_at=starts_at))
    return SilenceChanges(posted, [one.id for left in known.values() for one in left])


def _silence(work: PlannedWork, span: Span, label: str, ids: list[str], created_by: str) -> Silence:
    return Silence(
        matchers=(
            Matcher(label, "|".join(map(_escaped, ids)), is_regex=True),
            Matcher("incident", "", is_regex=False),
        ),
        starts_at=datetime.fromtimestamp(span.since, UTC),
        ends_at=datetime.fromtimestamp(span.until, UTC),
        created_by=created_by,
        comment=f"{work.window.title} (planned work {work.id}, label {label})",
    )


def _escaped(id: str) -> str:
    """Of the characters of an id, the dot alone means something in a regular expression."""
    return id.replace(".", r"\.")


def _agree(kept: Silence, wanted: Silence) -> bool:
    """Alertmanager moves a begin in the past to the time of the post."""
    begins = _is_active(kept) or abs(kept.starts_at - wanted.starts_at) < SAME
    ends = abs(kept.ends_at - wanted.ends_at) < SAME
    return begins and ends and set(kept.matchers) == set(wanted.matchers)


def _is_active(silence: Silence) -> bool:
    return silence.status is not None and silence.status.state == "active"
