"""Measurements into tables and over the wire."""

import random
from string import ascii_letters

from agent.probes.measurement import Measurement
from agent.report import bodies
from wire.report import MAX_DECODED_BYTES, MAX_PAYLOAD_BYTES, Report, decode_report, encode_body, seal


def sent(*measurements: Measurement) -> list[Report]:
    """As the collector reads them."""
    return [decode_report(payload) for payload in payloads(*measurements)]


def payloads(*measurements: Measurement) -> list[bytes]:
    return [
        seal(
            encode_body(body),
            stream="0" * 16,
            seq=1,
            base=1,
            boot="b",
            sent=100.0,
            offset=None,
            clock="estimated",
        )
        for body in bodies(measurements, 100.0)
    ]


def interface(number: int, alias: str = "") -> Measurement:
    values = {
        f"interface_{name}_total": 10.0**12 * number + 7
        for direction in ("receive", "transmit")
        for name in (f"{direction}_bytes", f"{direction}_errors", f"{direction}_discards")
    }
    values |= {"interface_up": 1.0, "interface_speed_bits_per_second": 1e9, "interface_info": 1.0}
    info = {"alias": alias, "index": str(number)}
    return Measurement("snmp", "switch", 99.0, values, row=f"GigabitEthernet0/0/{number}", info=info)


def test_rows_of_a_device_stand_apart_from_the_device_and_keep_their_texts() -> None:
    device = Measurement("snmp", "switch", 99.0, {"device_uptime_seconds": 12.345})
    [report] = sent(device, interface(1, "ke POP Selatan"), interface(2))
    itself, parts = report.body.tables
    assert (itself.target, itself.row, itself.values) == (["switch"], [], {"device_uptime_seconds": [12.35]})
    assert parts.row == ["GigabitEthernet0/0/1", "GigabitEthernet0/0/2"]
    assert parts.info == {"alias": ["ke POP Selatan", ""], "index": ["1", "2"]}
    assert "device_uptime_seconds" not in parts.values


def test_a_report_full_of_interfaces_fits_the_wire() -> None:
    chance = random.Random(7)
    many = [interface(number, "".join(chance.choices(ascii_letters, k=64))) for number in range(1, 1001)]
    reports = payloads(*many)
    assert len(reports) == 2
    for body, payload in zip(bodies(many, 100.0), reports, strict=True):
        assert len(encode_body(body)) < MAX_DECODED_BYTES
        assert len(payload) < MAX_PAYLOAD_BYTES
