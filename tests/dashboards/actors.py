"""What the agents of the city at work say each second: all that they are to measure, and their troubles."""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from agent.probes.measurement import Measurement
from agent.report import bodies
from collector.assignments.compile import assignments
from collector.inventory import load
from wire.messages import Presence, encode
from wire.probes import Probe, Snmp, kind
from wire.report import Drop, encode_body, seal
from wire.topics import topic

BOOTED = time.time() - 5000.0
ECHOES = 10

Message = tuple[str, bytes]
Troubles = Mapping[tuple[str, str], str]
"""Reasons, by kind and target."""

TROUBLES: Mapping[str, Troubles] = {
    "noc": {("icmp", "pop-selatan"): "timeout"},
    "pop-selatan": {},
    "dinkes": {("http", "antrean"): "status"},
    "gradasi": {("dns", "resolver"): "timeout"},
}
CUT_OFF = "pop-selatan"
LOSSY = ("gradasi", "internet")
TOO_OLD_SECONDS = 5 * 3600.0
"""For the Prometheus of the city at work."""


def actors(inventory: Path) -> "list[Actor]":
    """Of the sites that are heard, and one that is in no inventory."""
    work = assignments(load(inventory), version=1)
    heard = [Actor(agent, work[agent].probes, troubles) for agent, troubles in TROUBLES.items()]
    return [*heard, Actor("penyusup", [], {})]


class Actor:
    """An agent's side of the wire. Its clock is right, but for the reports that are to be refused."""

    def __init__(self, agent: str, work: list[Probe], troubles: Troubles) -> None:
        self._agent, self._work, self._troubles = agent, work, troubles
        self._stream = secrets.token_hex(8)
        self._seq = 0
        self._cut_after: int | None = None  # so many reports of its own

    def cut(self) -> None:
        """From now on `pop-selatan` is cut off, as it finds itself, or as those do that ping it."""
        self._cut_after = self._seq

    def messages(self) -> Iterator[Message]:
        if self._agent == CUT_OFF and self._cut_after is not None:
            return
        if not self._seq:
            told = Presence(online=True, boot="b1", stream=self._stream, version="0.1.0")
            yield topic(self._agent, "presence"), encode(told)
        report = self._report()
        yield report
        if self._agent == "dinkes":
            yield report  # as if its ack had been lost
        if self._agent == "gradasi":
            yield topic(self._agent, "report"), b"no report"
            yield self._report(ahead=3600.0)
            yield self._report(ahead=-TOO_OLD_SECONDS)
            yield self._report(dated=False)

    def _report(self, ahead: float = 0.0, *, dated: bool = True) -> Message:
        self._seq += 1
        at = time.time() - BOOTED
        (body,) = bodies([self._vitals(at), *self._measurements(at)], at)
        if self._agent == "gradasi":
            body.drops = [Drop("00c0ffee00c0ffee", self._seq, [40], "full")]
        sealed = seal(
            encode_body(body),
            stream=self._stream,
            seq=self._seq,
            base=self._seq,
            boot="b1",
            sent=at,
            offset=BOOTED + ahead if dated else None,
            clock="ntp" if dated else "estimated",
        )
        return topic(self._agent, "report"), sealed

    def _vitals(self, at: float) -> Measurement:
        troubled = self._agent == "gradasi"
        values = {
            "agent_spooled_reports": 1.0,
            "agent_dropped_measurements_total": 40.0 * self._seq if troubled else 0.0,
            "agent_missed_beats_total": 2.0 * self._seq if troubled else 0.0,
            "agent_clock_synchronized": 0.0 if troubled else 1.0,
        }
        return Measurement("agent", "self", at, values)

    def _measurements(self, at: float) -> Iterator[Measurement]:
        for probe in self._work:
            name, target = kind(probe), probe.target
            before = target == CUT_OFF and self._cut_after is None
            reason = "" if before else self._troubles.get((name, target), "")
            values = {"probe_duration_seconds": 0.02}
            match name:
                case "icmp":
                    values |= self._echoes(target, lost=bool(reason))
                case "http":
                    values |= _page(200.0 if not reason else 503.0)
                case "dns" if not reason:
                    values |= {"dns_lookup_duration_seconds": 0.015, "dns_response_code": 0.0}
                case "tcp":
                    values |= {"tcp_connect_duration_seconds": 0.011}
            if isinstance(probe, Snmp):
                yield from self._device(probe, at)
            else:
                yield Measurement(name, target, at, values, reason)

    def _echoes(self, target: str, *, lost: bool) -> dict[str, float]:
        requests = ECHOES * self._seq
        if lost:
            seen = self._cut_after or 0
            replies = float(ECHOES * seen)
            return {
                "icmp_loss_ratio": 1.0,
                "icmp_silence_seconds": float(self._seq - seen),
                "icmp_echo_requests_total": requests,
                "icmp_echo_replies_total": replies,
                "icmp_rtt_seconds_total": 0.005 * replies,
            }
        loss = 0.2 if (self._agent, target) == LOSSY else 0.0
        replies = requests * (1 - loss)
        return {
            "icmp_loss_ratio": loss,
            "icmp_rtt_min_seconds": 0.004,
            "icmp_rtt_median_seconds": 0.005,
            "icmp_rtt_max_seconds": 0.009,
            "icmp_delay_variation_seconds": 0.001,
            "icmp_echo_requests_total": requests,
            "icmp_echo_replies_total": replies,
            "icmp_rtt_seconds_total": 0.005 * replies,
        }

    def _device(self, probe: Snmp, at: float) -> Iterator[Measurement]:
        values = {"probe_duration_seconds": 0.2, "device_uptime_seconds": 86400.0 + at}
        values |= dict.fromkeys(("snmp_failed_profiles", "snmp_truncated_tables", "snmp_missing_values"), 0.0)
        if "ups" in probe.profiles:
            sources = dict.fromkeys(("normal", "bypass", "booster", "reducer", "none", "other"), 0.0)
            values |= {f"ups_output_source_{source}": value for source, value in sources.items()}
            values |= {"ups_output_source_battery": 1.0, "ups_on_battery_seconds": float(self._seq)}
            values |= {"ups_battery_remaining_seconds": 480.0, "ups_battery_charge_ratio": 0.8}
            values |= {"ups_load_ratio": 0.3, "ups_input_voltage_volts": 0.0}
        yield Measurement("snmp", probe.target, at, values)
        if "interfaces" in probe.profiles:
            yield self._interface(probe.target, at, "ether1", "ke NOC", up=1.0)
            yield self._interface(probe.target, at, "ether2", "", up=0.0)
            for row, its, info in PARTS:
                yield Measurement("snmp", probe.target, at, dict(its), "", row, dict(info))

    def _interface(self, device: str, at: float, row: str, alias: str, up: float) -> Measurement:
        """At 40 Mbit/s received and 10 sent, of 50, while it is up."""
        carried = up * self._seq
        values = {
            "interface_up": up,
            "interface_info": 1.0,
            "interface_speed_bits_per_second": 50e6,
            "interface_receive_bytes_total": 5e6 * carried,
            "interface_transmit_bytes_total": 1.25e6 * carried,
            "interface_receive_errors_total": 3.0 * carried,
            "interface_transmit_errors_total": 0.0,
            "interface_receive_discards_total": 0.0,
            "interface_transmit_discards_total": 1.0 * carried,
        }
        return Measurement("snmp", device, at, values, "", row, {"alias": alias, "index": row[-1]})


PARTS: Sequence[tuple[str, Mapping[str, float], Mapping[str, str]]] = (
    (
        "wlan1",
        {
            "radio_signal_dbm": -74.0,
            "radio_remote_signal_dbm": -71.0,
            "radio_snr_decibels": 21.0,
            "radio_receive_rate_bits_per_second": 65e6,
            "radio_transmit_rate_bits_per_second": 39e6,
            "radio_transmit_ccq_ratio": 0.7,
            "radio_clients": 3.0,
        },
        {},
    ),
    ("wlan2", {"radio_signal_dbm": -60.0}, {}),
    ("lte1", {"modem_rsrp_dbm": -112.0}, {}),
    ("sfp1", {"optical_receive_power_dbm": -26.0, "poe_power_watts": 0.0}, {}),
    (
        "1/1",
        {"onu_info": 1.0, "onu_up": 1.0, "onu_receive_power_dbm": -21.0, "onu_last_down_los": 1.0},
        {"description": "RT 1", "port": "1"},
    ),
    (
        "1/2",
        {"onu_info": 1.0, "onu_up": 0.0, "onu_last_down_dying_gasp": 1.0},
        {"description": "", "port": "1"},
    ),
)
"""Of the router: name, values and texts of its parts."""


def _page(status: float) -> dict[str, float]:
    phases = ("resolve", "connect", "tls", "processing", "transfer")
    return {
        **{f"http_{phase}_seconds": 0.01 for phase in phases},
        "http_status_code": status,
        "http_ipv4_reached": 1.0,
        "http_ipv6_reached": 1.0,
        "http_body_bytes": 2048.0,
        "tls_version": 1.3,
        "tls_certificate_valid": 1.0,
        "tls_certificate_expiry_timestamp_seconds": time.time() + 10 * 86400,
    }
