"""The answers of the simulated servers and devices to each kind of probe but the echoes. Pure."""

from collections.abc import Mapping
from functools import lru_cache
from random import Random

from demo.situation import INTERNET
from demo.underlay import Underlay
from wire.probes import Dns, Http, Icmp, Probe, Reason, Snmp, Tcp

Answer = tuple[Mapping[str, float], Reason | None]

CERTIFICATE_SECONDS = (40 * 86400.0, 90 * 86400.0)
"""The certificate of each application ends so long after the start of the demo."""
BYTES_A_SECOND = 4e6


class SimulatedCity(Underlay):
    """The truth of the demo, as its sites ask for it: demo/truth.py."""

    def check(self, site: str, probe: Probe, at: float, chance: Random) -> Answer:
        """The values of a measurement, named as in wire.metrics, and why it failed."""
        return _answer(self, site, probe, at, chance)

    def reason(self, site: str, probe: Probe, at: float) -> Reason | None:
        """Why the probe of an agent that runs fails, apart from chance; None if it does not."""
        match probe:
            case Icmp():
                return None if self.answers(site, probe.address, at) else "timeout"
            case Dns():
                return None if self.answers(site, INTERNET, at) else "timeout"
            case Http():
                fault = self.situation(at).applications.get(probe.target)
                failing = None if fault is None or fault.delay_seconds else fault.reason
                return failing if self.serves(site, at) else "timeout"
            case _:
                return None


def _answer(truth: Underlay, site: str, probe: Probe, at: float, chance: Random) -> Answer:
    match probe:
        case Dns():
            return _dns(truth, site, at, chance)
        case Http():
            return _http(truth, site, probe, at, chance)
        case Snmp():
            return _device(truth, site, probe, at, chance)
        case Tcp():
            way = truth.way_to_service(site, at)
            if way is None:
                return {}, "timeout"
            return {"tcp_connect_duration_seconds": _trip(truth, way, at, chance)}, None
        case _:
            return {}, "setting"


def _dns(truth: Underlay, site: str, at: float, chance: Random) -> Answer:
    way = truth.way_out(site, at)
    if way is None:
        return {}, "timeout"
    seconds = _trip(truth, way, at, chance) + chance.lognormvariate(-6.2, 0.5)
    return {"dns_lookup_duration_seconds": seconds, "dns_response_code": 0.0}, None


def _http(truth: Underlay, site: str, probe: Http, at: float, chance: Random) -> Answer:
    way = truth.way_to_service(site, at)
    if way is None:
        return {}, "timeout"
    fault = truth.situation(at).applications.get(probe.target)
    if fault is not None and fault.reason in ("timeout", "refused", "unreachable", "resolve", "tls"):
        return {}, fault.reason
    trip = _trip(truth, way, at, chance)
    late = fault.delay_seconds if fault else 0.0
    body = _fixed(f"body/{probe.target}", 8e3, 90e3)
    values = {
        "http_resolve_seconds": chance.lognormvariate(-6.0, 0.5),
        "http_connect_seconds": trip,
        "http_tls_seconds": 2 * trip + chance.lognormvariate(-6.5, 0.3),
        "http_processing_seconds": trip + chance.lognormvariate(-3.0, 0.4) + late,
        "http_transfer_seconds": body / BYTES_A_SECOND * chance.lognormvariate(0, 0.3),
        "http_status_code": 200.0,
        "http_body_bytes": float(round(body)),
        "tls_version": 1.3,
        "tls_certificate_valid": 1.0,
        "tls_certificate_expiry_timestamp_seconds": truth.began_at
        + _fixed(f"certificate/{probe.target}", *CERTIFICATE_SECONDS),
    }
    if fault is None or fault.delay_seconds:
        return values, None
    if fault.reason == "status":
        values["http_status_code"] = float(fault.status_code)
    return values, fault.reason


def _device(truth: Underlay, site: str, probe: Snmp, at: float, chance: Random) -> Answer:
    """The device of a site without power answers nobody. A UPS tells of its battery in real time."""
    now = truth.situation(at)
    if site in now.dark:
        return {}, "timeout"
    values = {
        "device_uptime_seconds": truth.real_seconds(at - truth.began_at)
        + Random(site).uniform(1, 90) * 86400,
        "snmp_failed_profiles": 0.0,
    }
    if not {"ups", "apc"} & set(probe.profiles):
        return values, None
    battery = now.batteries.get(site)
    lasts = truth.battery_seconds(site)
    left = battery.empty_at - at if battery else lasts
    values |= {
        "ups_on_battery_seconds": truth.real_seconds(at - battery.since) if battery else 0.0,
        "ups_battery_remaining_seconds": float(round(truth.real_seconds(left))),
        "ups_battery_charge_ratio": round(max(0.0, left / lasts), 4) if lasts else 1.0,
        "ups_output_source_normal": 0.0 if battery else 1.0,
        "ups_output_source_battery": 1.0 if battery else 0.0,
    }
    return values, None


def _trip(truth: Underlay, way: tuple[str, ...], at: float, chance: Random) -> float:
    return truth.rtt_seconds(truth.situation(at), way, at, chance)


@lru_cache(maxsize=1000)
def _fixed(of: str, least: float, most: float) -> float:
    """A number between the two, always the same for the same thing."""
    return Random(of).uniform(least, most)
