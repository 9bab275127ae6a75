"""`pantau-collector init`, `check` and `plan`: a person writes the inventory."""

import argparse
from pathlib import Path

from collector.commands.parser import Commands, show, show_answer
from runtime.errors import USER_ERROR


def add(commands: Commands) -> None:
    init = commands.add("init", _init, "write a commented sample inventory")
    init.add_argument("directory", type=Path, metavar="DIR", help="a new folder for it")

    check = commands.add("check", _check, "name every error of an inventory", commands.as_json)
    check.add_argument("inventory", type=Path, metavar="PATH", help="its folder, or its only file")

    what = "show what an inventory has the agents do, and what it costs"
    plan = commands.add("plan", _plan, what, commands.as_json)
    plan.add_argument("inventory", type=Path, metavar="PATH", help="its folder, or its only file")
    plan.add_argument("--against", type=Path, metavar="OLD", help="tell only what changes from this one")


def _init(options: argparse.Namespace) -> int:
    from collector.inventory import init

    return show(init(options.directory))


def _check(options: argparse.Namespace) -> int:
    from collector.inventory import BadInventory, check, load, warnings

    if not options.json:
        return show(check(options.inventory))
    try:
        found = list(warnings(options.inventory, load(options.inventory)))
    except BadInventory as error:
        errors = [problem._asdict() for problem in error.problems]
        show_answer(options, {"good": False, "errors": errors, "warnings": []}, ())
        return USER_ERROR
    return show_answer(options, {"good": True, "errors": [], "warnings": found}, ())


def _plan(options: argparse.Namespace) -> int:
    from collector.commands import plan

    if options.json:
        return show_answer(options, plan.document(options.inventory, options.against), ())
    return show(plan.plan(options.inventory, options.against))
