"""The pages of a city as a person reads them."""

import re
from collections.abc import Sequence
from html import unescape
from zoneinfo import ZoneInfo

from collector.city.state import State
from collector.incidents import Incident, Incidents
from collector.latency import WorkingLatency
from collector.notices.texts import Language
from collector.past import Past
from collector.web.lists.ways import Ways
from collector.web.pages import render
from collector.web.sentence import Sentence
from collector.web.site import Sight, recent_incidents, site_page
from collector.web.status import Status, status
from collector.web.words import Speaker
from tests.fakes.played_city import PlayedCity


def speaker(state: State, now: float, language: Language = "en") -> Speaker:
    return Speaker(language, ZoneInfo(state.city.timezone), now)


def seen(city: PlayedCity, find: str = "", language: Language = "en", **params: str) -> Status:
    say = speaker(city.state, city.now, language)
    return status(city.state, city.watch.incidents, {"find": find, **params}, say)


def sentence(city: PlayedCity, language: Language = "en") -> Sentence:
    return seen(city, language=language).sentence


def status_html(city: PlayedCity, find: str = "", language: Language = "en", lang: str = "") -> str:
    shown, say = seen(city, find, language), speaker(city.state, city.now, language)
    about = {"city": city.city.name, "version": "0.1.0", "lang": lang}
    return render("status.html", say, **about, status=shown, find=find).decode()


def site_html(
    site: str,
    state: State,
    incidents: Incidents,
    now: float,
    language: Language = "en",
    lang: str = "",
    past: Past | None = None,
    latency: WorkingLatency | None = None,
    stored: Sequence[Incident] = (),
) -> str:
    """`stored` are the incidents of the store about the site."""
    say = speaker(state, now, language)
    about = {"city": state.city.name, "version": "0.1.0", "lang": lang}
    sight = Sight(state, incidents, Ways(state.city), past or Past(now), latency or WorkingLatency(now))
    recent = recent_incidents(site, incidents.saved(), stored, state.city, say)
    return render("site.html", say, **about, site=site_page(site, sight, say), recent=recent).decode()


def words(html: str) -> str:
    """What stands between the tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
