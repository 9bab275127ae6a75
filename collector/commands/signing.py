"""`pantau-collector sign`: a person signs with a key that the running collector never sees."""

import argparse
from pathlib import Path

from collector.commands.parser import Commands, show_answer


def add(commands: Commands) -> None:
    doing = (commands.configured, commands.as_json, commands.by)
    help = "list the requests that wait for the authority's key, and sign them and the revocation list"
    sign = commands.add("sign", _sign, help, *doing)
    sign.add_argument("names", nargs="*", metavar="NAME", help="only the requests of these; else all")
    sign.add_argument("--key", type=Path, metavar="FILE", help="the authority's key; read here, never sent")
    sign.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="of the key, else the terminal asks for it"
    )
    sign.add_argument("--refuse", action="store_true", help="refuse the requests of the NAMEs; needs no key")


def _sign(options: argparse.Namespace) -> int:
    from collector.commands import by_hand
    from collector.commands.settings import configured
    from collector.commands.times import zone_of

    config = configured(options.config)
    outcome = by_hand.work(config, options)
    return show_answer(options, outcome, by_hand.lines(outcome, zone_of(config)))
