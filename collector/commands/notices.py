"""`pantau-collector notices` and `notify-test`, through the web API."""

import argparse

from collector.commands.parser import Commands, show_answer


def add(commands: Commands) -> None:
    asking = (commands.configured, commands.as_json)
    help = "list the notices that wait or were given up, and why; or show those of an incident"
    notices = commands.add("notices", _notices, help, *asking)
    notices.add_argument("--for", dest="receiver", metavar="RECEIVER", help="as this receiver gets them")
    notices.add_argument("--replay", metavar="INCIDENT", help="show the notices of this incident; send none")

    notify_test = commands.add("notify-test", _notify_test, "send a test message to each receiver", *asking)
    notify_test.add_argument("receiver", nargs="?", metavar="RECEIVER", help="only this one")


def _notices(options: argparse.Namespace) -> int:
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.commands.undelivered import lines
    from collector.notices.document import Letter

    if options.receiver or options.replay:
        return _replay(options)
    config = configured(options.config)
    letters = ask(config, "/api/notices", list[Letter])
    return show_answer(options, letters, lines(letters, zone_of(config)))


def _replay(options: argparse.Namespace) -> int:
    from collector.commands.remote import Refused
    from collector.commands.replayed import lines, replayed
    from collector.commands.settings import configured
    from collector.commands.times import zone_of

    if not (options.receiver and options.replay):
        raise Refused("--for and --replay go together: notices --for RECEIVER --replay INCIDENT")
    config = configured(options.config)
    answer = replayed(config, options.receiver, options.replay)
    return show_answer(options, answer, lines(answer, zone_of(config)))


def _notify_test(options: argparse.Namespace) -> int:
    from collector.commands.remote import ask
    from collector.commands.settings import configured

    config = configured(options.config)
    results = ask(config, "/api/notify-test", dict[str, str], {"receiver": options.receiver})
    show_answer(options, results, (f"{name}: {result}" for name, result in results.items()))
    return 0 if all(result == "delivered" for result in results.values()) else 1
