"""One scripted cut: let it happen, wait until people are told, end it, and read the causes."""

import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.lab.causes.script import Script
from tests.lab.causes.table import UNTOLD, Asked
from tests.lab.causes.town import Town

NOTICE_SECONDS = 240.0
RECOVERY_SECONDS = 180.0
PAUSE_SECONDS = 0.5

Json = dict[str, Any]


class Outcome(NamedTuple):
    """An incident of a script, with its cause in the first notice and in the recovery."""

    root: str
    incident: str
    first: Asked
    recovered: Asked


class Missed(Exception):
    """The script's incidents did not come, or did not end."""


def run(town: Town, script: Script) -> list[Outcome]:
    """Raises Missed."""
    began, since = time.monotonic(), time.time()
    script.begin(town)
    try:
        while not (opened := _opened(town, script, since)):
            _pause(town, began, NOTICE_SECONDS, since, "not opened")
        time.sleep(max(0.0, began + script.lasts - time.monotonic()))  # agents measure meanwhile
    finally:
        script.end(town)
    ended = time.monotonic()
    while not (over := _over(town, opened)):
        _pause(town, ended, RECOVERY_SECONDS, since, "not over")
    return over


def ask(town: Town, incident: str) -> Asked:
    """The cause by all that is known now."""
    answer = town.page(f"/api/incidents/{incident}/cause")
    assert answer is not None, f"nobody knows the cause of incident {incident}"
    return _asked(json.loads(answer))


def _opened(town: Town, script: Script, since: float) -> list[Json]:
    """The incidents that the script must open, once people know of each; else nothing."""
    known = {
        (one["kind"], one["root"]): one
        for one in _incidents(town)
        if one["opened_at"] >= since and (one.get("announced_at") is not None or one.get("part_of"))
    }
    found = [known[key] for key in script.expected if key in known]
    return found if len(found) == len(script.expected) else []


def _over(town: Town, opened: list[Json]) -> list[Outcome]:
    """All that is told of the incidents, once the end of each is told; else nothing.

    The power cut that an incident became a part of tells of it, too.
    """
    now = {one["id"]: one for one in _incidents(town)}
    outcomes = []
    for before in opened:
        incident = now[before["id"]]
        ids = {incident["id"], incident.get("part_of"), before.get("part_of"), incident.get("merged_into")}
        told = list(_told(town, ids - {None, ""}))
        recovered = [one for one in told if one["kind"] == "recovered"]
        if not recovered:
            return []
        first = _asked_of(told[0]) if incident["root"] in told[0]["affected"] + [told[0]["root"]] else UNTOLD
        outcomes.append(Outcome(incident["root"], incident["id"], first, _asked_of(recovered[-1])))
    return outcomes


def _told(town: Town, ids: set[str]) -> Iterator[Json]:
    yield from (one for one in town.webhook.documents if one["incident"] in ids)


def _incidents(town: Town) -> list[Json]:
    answer = town.page("/api/incidents?closed=true")
    return [] if answer is None else list(json.loads(answer))


def _pause(town: Town, since: float, bound: float, script_began: float, why: str) -> None:
    if time.monotonic() - since > bound:
        known = [one for one in _incidents(town) if one["opened_at"] >= script_began]
        raise Missed(f"{why}; known: " + ", ".join(f"{one['kind']} {one['root']}" for one in known))
    time.sleep(PAUSE_SECONDS)


def _asked_of(document: Json) -> Asked:
    """A power cut is the cause of all its sites' outages."""
    asked = _asked(document["weighed"])
    return asked._replace(cause="power_area") if document["about"] == "power_cut" else asked


def _asked(said: Json) -> Asked:
    clues, against = (tuple(map(_clue, said.get(name, ()))) for name in ("clues", "against"))
    return Asked(said["cause"], said["confidence"], clues, against)


def _clue(clue: Json) -> str:
    numbers = [f"{clue['seconds']:.0f} s"] if clue.get("seconds") is not None else []
    numbers += [f"{clue.get('lost', 0)}/{clue['known']}"] if clue.get("known") else []
    return " ".join([clue["name"], *numbers])
