"""`pantau-collector topology`: the neighbours of devices, and what they say against the inventory."""

import argparse

from collector.commands.parser import Commands, show_answer

DIFFERENT = 1


def add(commands: Commands) -> None:
    what = "list the neighbours that devices report by LLDP, CDP and MNDP"
    topology = commands.add("topology", _topology, what, commands.configured, commands.as_json)
    check = "compare the links of the inventory with them; exit code 1 if they differ"
    topology.add_argument("--check", action="store_true", help=check)


def _topology(options: argparse.Namespace) -> int:
    from collector.commands import present_topology
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.neighbors import SeenNeighbor, TopologyCheck

    config = configured(options.config)
    if not options.check:
        seen = ask(config, "/api/neighbors", list[SeenNeighbor])
        return show_answer(options, seen, present_topology.table(seen))
    check = ask(config, "/api/topology", TopologyCheck)
    show_answer(options, check, present_topology.check(check))
    return DIFFERENT if check.differences else 0
