"""The values of the dashboards' variables, of the city at work."""

from collections.abc import Mapping

from tests.dashboards.grafana import Query

ALL = {"district": ".*", "site": ".*", "target": ".*", "interface": ".*", "provider": ".*"}
DINKES = {**ALL, "district": "Pontianak Kota", "site": "dinkes", "target": "internet"}
CHOICES = {
    "Site": DINKES,
    "Link": {**ALL, "link": "dinkes-fiber", "lower": "dinkes", "upper": "noc"},
    "Application": {**ALL, "application": "antrean"},
    "Device": {**DINKES, "device": "router"},
    "Provider": {"provider": "isp-b"},
    "Radio and fibre": ALL,
}
"""By the dashboard's title."""
POP_LINK = {**ALL, "link": "metro-selatan", "lower": "pop-selatan", "upper": "noc"}
OF_A_TROUBLE = ("Pings across it that fail", "Open incidents", "Outages")
"""Panels that show something about a link in trouble alone."""


def chosen(query: Query) -> Mapping[str, str]:
    """No device is both a router and a UPS, and no link is well and in trouble."""
    if query.dashboard == "Link" and query.panel in OF_A_TROUBLE:
        return POP_LINK
    if query.dashboard == "Device" and query.panel.startswith("UPS"):
        return {**DINKES, "device": "ups"}
    return CHOICES.get(query.dashboard, ALL)
