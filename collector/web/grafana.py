"""The addresses of our dashboards in Grafana, with their time range and variables. Pure.

The ids of the dashboards and the names of their variables are those of dashboards/.
"""

from typing import NamedTuple
from urllib.parse import urlencode

EVERY = "$__all"
"""Grafana's word for all values of a variable."""

BEFORE_SECONDS = 3600.0
AFTER_SECONDS = 1800.0


class GrafanaRange(NamedTuple):
    """A time range, in Unix time. Without an end it goes on: then Grafana keeps up with the present."""

    begin: float
    end: float | None = None


def around(began: float, ended: float | None) -> GrafanaRange:
    """An incident with the hour before it, and half an hour after it."""
    return GrafanaRange(began - BEFORE_SECONDS, None if ended is None else ended + AFTER_SECONDS)


class GrafanaLinks(NamedTuple):
    """`base` is the address of Grafana; while it is "", every link is "": a page leaves it out."""

    base: str = ""

    def city(self, span: GrafanaRange) -> str:
        return self._to("pantau-city", span, district=EVERY, site=EVERY)

    def district(self, district: str, span: GrafanaRange) -> str:
        """The city's dashboard with the sites of one district."""
        return self._to("pantau-city", span, district=district, site=EVERY)

    def site(self, site: str, span: GrafanaRange) -> str:
        return self._to("pantau-site", span, district=EVERY, site=site)

    def link(self, link: str, span: GrafanaRange) -> str:
        return self._to("pantau-link", span, provider=EVERY, link=link)

    def application(self, application: str, span: GrafanaRange) -> str:
        return self._to("pantau-application", span, district=EVERY, site=EVERY, application=application)

    def device(self, site: str, device: str, span: GrafanaRange) -> str:
        """A device has its name within its site."""
        return self._to("pantau-device", span, district=EVERY, site=site, device=device)

    def provider(self, provider: str, span: GrafanaRange) -> str:
        return self._to("pantau-provider", span, provider=provider)

    def _to(self, dashboard: str, span: GrafanaRange, **variables: str) -> str:
        if not self.base:
            return ""
        end = "now" if span.end is None else f"{span.end * 1000:.0f}"
        chosen = {f"var-{name}": value for name, value in variables.items()}
        query = urlencode({"from": f"{span.begin * 1000:.0f}", "to": end, **chosen})
        return f"{self.base.rstrip('/')}/d/{dashboard}?{query}"
