"""Scripted cuts that leave each site up: agents, the name server, the application."""

from tests.lab.causes.script import Script
from tests.lab.causes.town import Town

LASTS_SECONDS = 25.0
NAME_SERVER = frozenset([("target_down", "resolver")])


def agent_killed(site: str) -> Script:
    """The router answers on."""
    return Script(
        f"agent of {site} killed",
        "agent",
        frozenset([("agent_silent", site)]),
        lambda town: town.machine(site).kill(),
        lambda town: town.machine(site).start(),
        LASTS_SECONDS,
    )


def machine_dies(site: str) -> Script:
    """The agent's machine alone stops, and starts anew: somebody pulled its plug."""
    return Script(
        f"machine of the agent of {site} off",
        "agent",
        frozenset([("agent_silent", site)]),
        lambda town: town.machine(site).kill(),
        lambda town: town.machine(site).boot(),
        LASTS_SECONDS,
    )


def name_server(killed: bool) -> Script:
    def begin(town: Town) -> None:
        if killed:
            town.name_server.kill()
        else:
            town.name_server.fall_silent()

    def end(town: Town) -> None:
        if killed:
            town.name_server.start()
        else:
            town.name_server.speak()

    how = "killed" if killed else "falls silent"
    return Script(f"name server {how}", "dns", NAME_SERVER, begin, end, LASTS_SECONDS)


def application_killed(app: str) -> Script:
    return Script(
        f"application {app} killed",
        "application",
        frozenset([("application_down", app)]),
        lambda town: town.applications[app].kill(),
        lambda town: town.applications[app].start(),
        LASTS_SECONDS,
    )


def application_answers(app: str, status: int) -> Script:
    def answer(town: Town, code: int) -> None:
        town.applications[app].status = code

    return Script(
        f"application {app} answers {status}",
        "application",
        frozenset([("application_down", app)]),
        lambda town: answer(town, status),
        lambda town: answer(town, 200),
        LASTS_SECONDS,
    )
