"""One scripted cut: let it happen, wait for its incidents, end it, and ask for the causes."""

import json
import time
from typing import Any, NamedTuple

from tests.lab.causes.script import Script
from tests.lab.causes.table import Asked
from tests.lab.causes.town import Town
from tests.system.programs import eventually

NOTICE_SECONDS = 240.0
RECOVERY_SECONDS = 150.0

Key = tuple[str, str]
"""Kind and root of an incident."""


class Opened(NamedTuple):
    """An incident of a script, with its cause at the first notice and at the recovery."""

    root: str
    incident: str
    first: Asked
    recovered: Asked


def run(town: Town, script: Script) -> list[Opened]:
    """Fails if an incident does not come or does not end."""
    began = time.monotonic()
    firsts: dict[Key, tuple[str, Asked]] = {}
    ends: dict[Key, Asked] = {}
    script.begin(town)
    try:
        eventually(lambda: _opened(town, script, began, firsts), NOTICE_SECONDS, lambda: _said(town, began))
        time.sleep(max(0.0, began + script.lasts - time.monotonic()))  # agents measure meanwhile
    finally:
        script.end(town)
    eventually(lambda: _over(town, firsts, ends), RECOVERY_SECONDS, lambda: _said(town, began))
    return [
        Opened(root, incident, first, ends[kind, root]) for (kind, root), (incident, first) in firsts.items()
    ]


def ask(town: Town, incident: str) -> Asked:
    answer = town.page(f"/api/incidents/{incident}/cause")
    assert answer is not None, f"nobody knows the cause of incident {incident}"
    said = json.loads(answer)
    return Asked(
        said["cause"], said["confidence"], _clues(said.get("clues", ())), _clues(said.get("against", ()))
    )


def _opened(town: Town, script: Script, since: float, firsts: dict[Key, tuple[str, Asked]]) -> bool:
    """All first notices have come. The cause is asked at each of them."""
    for at, document in list(town.webhook.arrived):
        key = (document["about"], document["root"])
        if at >= since and document["kind"] == "firing" and key in script.expected and key not in firsts:
            firsts[key] = document["incident"], ask(town, document["incident"])
    return firsts.keys() == script.expected


def _over(town: Town, firsts: dict[Key, tuple[str, Asked]], ends: dict[Key, Asked]) -> bool:
    ended = {one["incident"] for one in town.webhook.documents if one["kind"] == "recovered"}
    for key, (incident, _) in firsts.items():
        if incident in ended and key not in ends:
            ends[key] = ask(town, incident)
    return ends.keys() == firsts.keys()


def _said(town: Town, since: float) -> str:
    arrived = [document for at, document in town.webhook.arrived if at >= since]
    return "notices: " + ", ".join(f"{one['kind']} {one['about']} {one['root']}" for one in arrived)


def _clues(clues: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(map(_clue, clues))


def _clue(clue: dict[str, Any]) -> str:
    numbers = [f"{clue['seconds']:.0f} s"] if clue.get("seconds") is not None else []
    numbers += [f"{clue.get('lost', 0)}/{clue['known']}"] if clue.get("known") else []
    return " ".join([clue["name"], *numbers])
