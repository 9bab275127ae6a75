"""The page of one application: its incidents, and the view from each place that probes it. Pure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collector.city.state import State
from collector.incidents import Incidents
from collector.inventory.city import Application
from collector.notices.quantities import time
from collector.web.lists.applications import (
    EXPIRY,
    View,
    application_state,
    expiry_said,
    places_said,
    views,
)
from collector.web.lists.asked import Params
from collector.web.lists.named import Named, site_named
from collector.web.lists.pager import Pager, paged
from collector.web.quantities import response_time
from collector.web.status import Entry, entry
from collector.web.words import Speaker

PHASES = ("resolve", "connect", "tls", "processing", "transfer")
TROUBLE_FIRST = ("down", "unknown", "up")


class ViewRow(NamedTuple):
    """`phases` are the parts of the response time with their words."""

    place: Named
    district: str
    kind: str
    state: str
    reason: str
    response: str
    phases: str
    age: str
    certificate: str


class ApplicationPage(NamedTuple):
    id: str
    name: str
    url: str
    state: str
    said: str
    blind: bool
    owner: Named | None
    facts: Sequence[tuple[str, str]]
    incidents: Sequence[Entry]
    rows: Sequence[ViewRow]
    pager: Pager


def application_page(
    id: str, state: State, incidents: Incidents, params: Params, say: Speaker
) -> ApplicationPage | None:
    """The page; None when the inventory has no such application. Raises BadParameter."""
    application = state.city.applications.get(id)
    if application is None:
        return None
    seen = sorted(views(state, say.now)[id], key=lambda view: (TROUBLE_FIRST.index(view.state), view.agent))
    page, pager = paged(seen, f"/applications/{id}", params, say)
    return ApplicationPage(
        id=id,
        name=application.name,
        url=application.url,
        state=application_state(id, seen, incidents),
        said=places_said(seen, say),
        blind=incidents.blind,
        owner=site_named(application.owner, state.city) if application.owner else None,
        facts=list(_facts(application, say)),
        incidents=[entry(one, state.city, say) for one in incidents.open() if one.root == id],
        rows=[_row(view, state, say) for view in page],
        pager=pager,
    )


def _facts(application: Application, say: Speaker) -> Iterator[tuple[str, str]]:
    expect = application.expect
    text = say("expects_text", text=expect.text) if expect.text else ""
    yield "expects", " · ".join(filter(None, (f"{application.method} → {expect.status}", text)))
    yield "probed_each", say.duration(application.period_seconds)


def _row(view: View, state: State, say: Speaker) -> ViewRow:
    latest = view.latest
    code, end = latest.value("http_status_code"), latest.value(EXPIRY)
    reason = say.reason(view.reason) if view.reason else ""
    if view.reason == "status" and code is not None:
        reason = f"{reason} ({code:.0f})"
    fresh = view.state != "unknown"
    return ViewRow(
        place=site_named(view.agent, state.city),
        district=state.city.sites[view.agent].district,
        kind=latest.kind,
        state=view.state,
        reason=reason,
        response=response_time(latest) if fresh else "",
        phases=_phases(view, say) if fresh else "",
        age=say.duration(say.now - latest.at) if latest.at else "",
        certificate=expiry_said(end, say) if end is not None and fresh else "",
    )


def _phases(view: View, say: Speaker) -> str:
    known = ((phase, view.latest.value(f"http_{phase}_seconds")) for phase in PHASES)
    return ", ".join(f"{say(f'phase_{phase}')} {time(value)}" for phase, value in known if value is not None)
