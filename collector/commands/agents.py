"""`pantau-collector agents`, through the web API."""

import argparse

from collector.commands.parser import Commands, show_answer


def add(commands: Commands) -> None:
    asking = (commands.configured, commands.as_json)
    agents = commands.add("agents", _agents, "list the agents, worst first, or show one", *asking)
    agents.add_argument("agent", nargs="?", default="", metavar="AGENT", help="its id, that of its site")


def _agents(options: argparse.Namespace) -> int:
    import time
    from urllib.parse import quote

    from collector.commands import present_agents
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of
    from collector.web.lists.agent_entry import AgentEntry

    config = configured(options.config)
    zone = zone_of(config)
    if options.agent:
        one = ask(config, f"/api/agents/{quote(options.agent, safe='')}", AgentEntry)
        return show_answer(options, one, present_agents.details(one, time.time(), zone))
    answer = ask(config, "/api/agents", list[AgentEntry])
    return show_answer(options, answer, present_agents.table(answer, time.time(), zone))
