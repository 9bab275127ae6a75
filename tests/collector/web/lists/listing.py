"""The lists of a played city as a person reads them."""

from collections.abc import Collection, Mapping
from typing import Any

from collector.authority.membership import Membership
from collector.notices.texts import Language
from collector.web.lists.agent_entry import AgentsSeen
from collector.web.lists.agents import AgentList, agent_list
from collector.web.lists.applications import ApplicationRow, application_list
from collector.web.lists.links import LinkList, link_list
from collector.web.lists.ways import Ways
from collector.web.pages import render
from tests.collector.web.looking import speaker
from tests.fakes.played_city import PlayedCity

NOBODY: Mapping[str, Membership] = {}


def applications(city: PlayedCity) -> dict[str, ApplicationRow]:
    say = speaker(city.state, city.now)
    return {row.id: row for row in application_list(city.state, city.watch.incidents, {}, say).rows}


def links(city: PlayedCity, **params: str) -> LinkList:
    say = speaker(city.state, city.now)
    return link_list(Ways(city.city), city.state, city.watch.incidents, city.latency, params, say)


def agents(
    city: PlayedCity,
    memberships: Mapping[str, Membership] = NOBODY,
    flooding: Collection[str] = (),
    **params: str,
) -> AgentList:
    seen = AgentsSeen(city.state, city.traffic.today(city.now), memberships, flooding)
    return agent_list(seen, params, speaker(city.state, city.now))


def html(template: str, seen: Any, city: PlayedCity, language: Language = "en") -> str:
    say = speaker(city.state, city.now, language)
    about = {"city": city.city.name, "version": "0.1.0", "lang": "", "heading": "Heading", "dashboard": ""}
    return render(f"lists/{template}.html", say, **about, seen=seen).decode()
