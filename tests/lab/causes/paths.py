"""Scripted losses of the internet's rings: no site is down, and each way up carries."""

from tests.lab.causes.plan import INTERNATIONAL_ADDRESS, NATIONAL_ADDRESS, PLANS
from tests.lab.causes.script import Script
from tests.lab.causes.town import Town

LASTS_SECONDS = 60.0
HERE = f"ip daddr {NATIONAL_ADDRESS} icmp type echo-request drop"
ABROAD = f"ip daddr {INTERNATIONAL_ADDRESS} icmp type echo-request drop"


def international() -> Script:
    return Script(
        "international path lost",
        "international_path",
        frozenset([("path_lost", "internet/international")]),
        lambda town: _close(town, forward=ABROAD),
        _open,
        LASTS_SECONDS,
    )


def national() -> Script:
    """Nothing beyond the city's ring answers."""
    return Script(
        "national path lost",
        "national_path",
        frozenset([("path_lost", "internet/national")]),
        lambda town: _close(town, forward=ABROAD, input=HERE),
        _open,
        LASTS_SECONDS,
    )


def way_out_of(provider: str) -> Script:
    """The sites that it carries to the internet reach nothing abroad. All others do."""
    nets = ", ".join(net for plan in PLANS.values() if plan.provider == provider for net in plan.nets)
    return Script(
        f"way out of {provider} lost",
        "provider",
        frozenset([("path_lost", f"provider/{provider}")]),
        lambda town: _close(town, forward=f"ip saddr {{ {nets} }} {ABROAD}"),
        _open,
        LASTS_SECONDS,
    )


def _close(town: Town, **rules: str) -> None:
    chains = " ".join(
        f"chain {hook}_ring {{ type filter hook {hook} priority 0; {rule}; }} ;"
        for hook, rule in rules.items()
    )
    town.world.run("nft", "-f", "-", stdin=f"table inet rings {{ {chains} }}\n")


def _open(town: Town) -> None:
    town.world.run("nft", "delete", "table", "inet", "rings")
