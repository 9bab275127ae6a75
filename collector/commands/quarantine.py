"""`pantau-collector quarantine`, through the web API."""

import argparse

from collector.commands.parser import Commands, show_answer


def add(commands: Commands) -> None:
    what = "list the messages that could never be taken, and why"
    commands.add("quarantine", _quarantine, what, commands.configured, commands.as_json)


def _quarantine(options: argparse.Namespace) -> int:
    from collector.commands.quarantined import lines
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.streams.ingestion import Quarantined

    config = configured(options.config)
    quarantined = ask(config, "/api/quarantine", list[Quarantined])
    return show_answer(options, quarantined, lines(quarantined, zone_of(config)))
