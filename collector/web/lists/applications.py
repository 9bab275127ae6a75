"""The list of the applications: each with its state, and how it looks from where it is probed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.city.agents import AgentState, Latest, ProbeState
from collector.city.state import State
from collector.incidents import Incident, Incidents
from collector.web.lists.asked import Params
from collector.web.lists.named import Named, application_named, site_named
from collector.web.lists.pager import Pager, paged
from collector.web.verdict import verdict
from collector.web.words import Speaker

PATH = "/applications"
EXPIRY = "tls_certificate_expiry_timestamp_seconds"
TROUBLE_FIRST = ("down", "partly", "unknown", "up")


class View(NamedTuple):
    """An application as one agent finds it."""

    agent: str
    latest: Latest
    state: ProbeState
    reason: str


class ApplicationRow(NamedTuple):
    """`state` may be "partly": some places reach it, and some do not. `incidents` are ids and words."""

    named: Named
    id: str
    state: str
    said: str
    owner: Named | None
    certificate: str
    incidents: Sequence[tuple[str, str]]


class ApplicationList(NamedTuple):
    rows: Sequence[ApplicationRow]
    pager: Pager
    blind: bool


def views(state: State, now: float) -> dict[str, list[View]]:
    """By application, what each agent finds that probes it."""
    found: dict[str, list[View]] = {id: [] for id in state.city.applications}
    for agent in state.agents.values():
        for latest in _of_applications(agent, found):
            found[latest.target].append(View(agent.id, latest, *verdict(latest, now)))
    return found


def _of_applications(agent: AgentState, applications: Mapping[str, object]) -> Iterator[Latest]:
    for by_target in agent.probes.values():
        for target in by_target.keys() & applications.keys():
            yield by_target[target]


def application_list(state: State, incidents: Incidents, params: Params, say: Speaker) -> ApplicationList:
    """Raises BadParameter."""
    opened = incidents.open()
    rows = [
        _row(id, state, application_state(id, seen, incidents), seen, opened, say)
        for id, seen in views(state, say.now).items()
    ]
    rows.sort(key=lambda row: (TROUBLE_FIRST.index(row.state), row.named.name))
    page, pager = paged(rows, PATH, params, say)
    return ApplicationList(page, pager, incidents.blind)


def application_state(id: str, seen: Sequence[View], incidents: Incidents) -> str:
    """Up only if a fresh measurement shows it so. "partly": from some places, and not from others."""
    if incidents.blind:
        return "unknown"
    states = {view.state for view in seen}
    if incidents.application_state(id) == "down" or states == {"down"}:
        return "down"
    if "up" not in states:
        return "unknown"
    return "partly" if "down" in states else "up"


def _row(
    id: str, state: State, shown: str, seen: Sequence[View], opened: Sequence[Incident], say: Speaker
) -> ApplicationRow:
    owner = state.city.applications[id].owner
    return ApplicationRow(
        named=application_named(id, state.city),
        id=id,
        state=shown,
        said=places_said(seen, say),
        owner=site_named(owner, state.city) if owner else None,
        certificate=certificate_said(seen, say),
        incidents=[(one.id, say(f"kind_{one.kind}")) for one in opened if one.root == id],
    )


def places_said(seen: Sequence[View], say: Speaker) -> str:
    """How many places reach it, and how many do not."""
    if not seen:
        return say("probed_from_nowhere")
    up, down, unknown = (sum(view.state == state for view in seen) for state in ("up", "down", "unknown"))
    parts = [say("places_up", n=up, all=len(seen))]
    parts += [say("places_down", n=down)] if down else []
    parts += [say("places_unknown", n=unknown)] if unknown else []
    return ", ".join(parts)


def certificate_said(seen: Sequence[View], say: Speaker) -> str:
    """The first end of a certificate that any place sees; "" when none sees one."""
    ends = [
        end for view in seen if (end := view.latest.value(EXPIRY)) is not None and view.state != "unknown"
    ]
    return expiry_said(min(ends), say) if ends else ""


def expiry_said(at: float, say: Speaker) -> str:
    if at <= say.now:
        return say("expired_at", at=say.day(at))
    return say("expires_at", at=say.day(at), left=say.duration(at - say.now))
