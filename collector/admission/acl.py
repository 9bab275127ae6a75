"""The broker's access control list, as text. Sans-IO.

The user is the CN of the client's certificate. A pattern holds for every agent, so a new site needs no
reload; an agent that is denied has lines of its own, which Mosquitto takes before the patterns.
"""

from collections.abc import Collection

HEAD = "# Made by pantau-collector: it writes this file anew when an agent is denied or let in again.\n"
COLLECTOR = """
user _collector
topic read pantau/v1/+/report
topic read pantau/v1/+/presence
topic write pantau/v1/+/ack
topic write pantau/v1/+/config
topic write pantau/v1/_collector/presence
"""
AGENTS = """
# Each agent has its own topics and reads the collector's presence. Mosquitto warns of the last line: no %u.
pattern write pantau/v1/%u/report
pattern write pantau/v1/%u/presence
pattern read pantau/v1/%u/ack
pattern read pantau/v1/%u/config
pattern read pantau/v1/_collector/presence
"""


def acl(denied: Collection[str] = ()) -> str:
    """`denied` are agents, by id, that may neither write nor read until further notice."""
    lines = "".join(f"\n{denial(agent)}" for agent in sorted(denied))
    return HEAD + COLLECTOR + lines + AGENTS


def denial(agent: str) -> str:
    """The lines of an agent that may neither write nor read."""
    return f"user {agent}\ntopic deny #\n"
