"""The inventory for snmp_exporter and blackbox_exporter: Prometheus HTTP service discovery documents. Pure.

Labels are those of /metrics/city. `__param_module` picks the exporter's module; the scrape's relabelling
moves `__address__` to `__param_target`, as both exporters' manuals have it.
"""

from collections.abc import Iterator
from typing import TypedDict

from collector.assignments.compile import assignments
from collector.inventory import City
from wire.probes import Http, Icmp, Probe, Tcp


class TargetGroup(TypedDict):
    """One element of the document's list (prometheus.io, HTTP SD format)."""

    targets: list[str]
    labels: dict[str, str]


def snmp(city: City) -> list[TargetGroup]:
    """Every device with an SNMP profile, for /sd/snmp."""
    return [
        _group(device.address, site=id, district=site.district, device=name, __param_module=device.snmp)
        for id, site in sorted(city.sites.items())
        for name, device in sorted(site.devices.items())
        if device.snmp
    ]


def blackbox(city: City) -> list[TargetGroup]:
    """What the NOC's agent probes, for /sd/blackbox: beside the collector is where the exporter stands."""
    noc = min((id for id, site in city.sites.items() if site.role == "noc"), default=None)
    if noc is None:
        return []
    district = city.sites[noc].district
    return [
        _group(address, site=noc, district=district, target=probe.target, probe=kind, __param_module=module)
        for probe in assignments(city, version=0)[noc].probes
        for address, kind, module in _as_blackbox(probe)
    ]


def _as_blackbox(probe: Probe) -> Iterator[tuple[str, str, str]]:
    """Address, our kind, and the module as blackbox_exporter's own example configuration names it."""
    if isinstance(probe, Icmp) and not probe.address.startswith("@"):
        yield probe.address, "icmp", "icmp"
    elif isinstance(probe, Http):
        yield probe.url, "http", "http_2xx"
    elif isinstance(probe, Tcp) and not probe.address.startswith("@"):
        host = f"[{probe.address}]" if ":" in probe.address else probe.address
        yield f"{host}:{probe.port}", "tcp", "tcp_connect"


def _group(address: str, **labels: str) -> TargetGroup:
    return {"targets": [address], "labels": {name: value for name, value in labels.items() if value}}
