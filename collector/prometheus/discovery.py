"""The inventory for snmp_exporter and blackbox_exporter: Prometheus HTTP service discovery documents. Pure.

Labels are those of /metrics/city. `__param_module` picks the exporter's module; the scrape's relabelling
moves `__address__` to `__param_target`, as the manuals of both exporters describe.
"""

from collections.abc import Iterator
from typing import TypedDict

from collector.assignments.compile import assignments
from collector.assignments.kinds import KINDS
from collector.inventory import City
from wire.probes import Http, Icmp, Probe, address, kind


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
    """The targets of the NOC's agent, for /sd/blackbox: the exporter runs beside the collector."""
    noc = min((id for id, site in city.sites.items() if site.role == "noc"), default=None)
    if noc is None:
        return []
    district = city.sites[noc].district
    return [
        _group(target, site=noc, district=district, target=probe.target, probe=name, __param_module=module)
        for probe in assignments(city, version=0)[noc].probes
        for target, name, module in _as_blackbox(probe)
    ]


def _as_blackbox(probe: Probe) -> Iterator[tuple[str, str, str]]:
    """Target, our kind, and the module. No exporter knows the places of an agent ("@gateway")."""
    module = KINDS[kind(probe)].blackbox_module
    if module and not address(probe).startswith("@"):
        yield _target(probe), kind(probe), module


def _target(probe: Probe) -> str:
    """A URL, an address, or an address with its port."""
    if isinstance(probe, Icmp | Http):
        return address(probe)
    host = f"[{probe.address}]" if ":" in probe.address else probe.address
    return f"{host}:{probe.port}"


def _group(address: str, **labels: str) -> TargetGroup:
    return {"targets": [address], "labels": {name: value for name, value in labels.items() if value}}
