"""MQTT topics of version 1: `pantau/v1/<agent>/<leaf>`. The agent's id is its site's id."""

import re
from typing import Literal, get_args

Leaf = Literal["report", "presence", "ack", "config"]

PREFIX = "pantau/v1/"
AGENT_ID = r"^[a-z0-9-]{3,32}$"
COLLECTOR_PRESENCE = PREFIX + "_collector/presence"

_AGENT_ID = re.compile(AGENT_ID)
_LEAVES = frozenset(get_args(Leaf))


def topic(agent: str, leaf: Leaf) -> str:
    return f"{PREFIX}{agent}/{leaf}"


def every(leaf: Leaf) -> str:
    """The subscription that matches this leaf of every agent."""
    return f"{PREFIX}+/{leaf}"


def parse(name: str) -> tuple[str, str] | None:
    """(agent, leaf) of a topic, or None when it is not an agent's topic."""
    if not name.startswith(PREFIX):
        return None
    agent, _, leaf = name[len(PREFIX) :].partition("/")
    return (agent, leaf) if _AGENT_ID.fullmatch(agent) and leaf in _LEAVES else None
