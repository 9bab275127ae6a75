"""`pantau-collector notices --for RECEIVER --replay INCIDENT`: the texts, for a terminal."""

from collections.abc import Iterator
from datetime import tzinfo
from urllib.parse import urlencode

from collector.commands.remote import ask, incident_id
from collector.commands.times import stamp
from collector.config import CollectorConfig
from collector.notices.replay import Replay


def replayed(config: CollectorConfig, receiver: str, incident: str) -> Replay:
    """Raises Refused and BadConfig."""
    query = urlencode({"receiver": receiver, "incident": incident_id(incident)})
    return ask(config, f"/api/notices/replay?{query}", Replay)


def lines(answer: Replay, zone: tzinfo) -> Iterator[str]:
    """The verdict in a line, then each notice with its time."""
    yield f"{answer.incident} to receivers.{answer.receiver}: {_verdict(answer)}"
    for notice in answer.notices:
        yield ""
        yield f"{stamp(notice.at, zone)}  {notice.kind}"
        yield from (f"    {line}" for line in notice.text.splitlines())


def _verdict(answer: Replay) -> str:
    if answer.merged_into:
        return f"no notice of its own: it is part of {answer.merged_into}"
    if not answer.notices:
        return f"no notice: planned work covers it, {answer.planned}"
    if not answer.fits:
        return "no notice: it does not fit receivers." + answer.receiver + ".match; else it would get"
    return "it gets" if answer.announced else "it would get, if the incident were announced"
