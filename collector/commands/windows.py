"""`pantau-collector maintenance`: planned work is listed, made and ended through the web API."""

import argparse
import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from msgspec import Raw, Struct
from msgspec.json import encode

from collector.commands.maintenance import SCOPES, BadArgument, request
from collector.commands.remote import ask
from collector.commands.times import stamp, zone_of
from collector.config import CollectorConfig
from collector.planned import MaintenanceWindow


class ListedWindow(Struct):
    """The part of the API's answer that a terminal shows."""

    id: str
    via: str
    by: str
    active: bool
    begins_at: float
    ends_at: float
    window: MaintenanceWindow


class StoppedWindow(Struct):
    id: str
    title: str
    ended_at: float


def lines(config: CollectorConfig, options: argparse.Namespace) -> Iterable[str]:
    """Do it, and return the lines to print. Raises Refused, BadArgument and BadConfig."""
    if options.action == "end":
        over = ask(config, f"/api/maintenance/{_id(options.id)}/end", StoppedWindow, {"by": options.by})
        if options.json:
            return [encode(over).decode()]
        return [f"{over.id}: {over.title}: ended at {stamp(over.ended_at, zone_of(config))}"]
    path, document = "/api/maintenance", None if options.action == "list" else request(options)
    if options.json:
        return [bytes(ask(config, path, Raw, document)).decode()]
    if document is not None:
        return _listed([ask(config, path, ListedWindow, document)], zone_of(config))
    return _listed(ask(config, path, list[ListedWindow]), zone_of(config))


def _id(given: str) -> str:
    if not re.fullmatch(r"[\w-]+", given, re.ASCII):
        raise BadArgument(f"{given!r} is no window's id; see `pantau-collector maintenance list`")
    return given


def _listed(windows: Iterable[ListedWindow], zone: tzinfo) -> list[str]:
    return [line for window in windows for line in _window(window, zone)] or ["no work is planned"]


def _window(entry: ListedWindow, zone: tzinfo) -> Iterator[str]:
    """Two lines: when and what; then whom it covers, and who made it."""
    window = entry.window
    state = "active" if entry.active else "planned"
    repeat = "" if window.repeat == "never" else f", {window.repeat} {', '.join(window.on)}".rstrip()
    until = f" until {window.until}" if window.until else ""
    span = f"{stamp(entry.begins_at, zone)} – {stamp(entry.ends_at, zone)}"
    yield f"{entry.id}  {state:7}  {span}{repeat}{until}  {window.title}"
    covers = (f"{scope} {id}" for scope in SCOPES for id in getattr(window, f"{scope}s"))
    yield f"    {', '.join(covers)}  by {entry.by or 'the inventory'}"
