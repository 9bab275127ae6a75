"""Of each sort of part, what a table of such parts shows. Pure data."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collector.web.site.devices.grades import Grade


class Shown(NamedTuple):
    """A value; of several metrics their sum. `said` is a key of the words with {value}, "" for it alone."""

    metrics: Sequence[str]
    said: str = ""


class Flag(NamedTuple):
    """Words that stand there while the metric is 1."""

    metric: str
    said: str
    grade: Grade = ""


class Text(NamedTuple):
    """A text about the part (Table.info)."""

    info: str


Piece = Shown | Flag | Text


class PartColumn(NamedTuple):
    """`head` is a key of the words. A column is left out if no row has anything in it."""

    head: str
    pieces: Sequence[Piece]


class Sort(NamedTuple):
    """`state` is the metric that is 1 while the part works; `notes` are texts beside its name.

    `name` is the text that names a row better than its key does.
    """

    state: str
    notes: Sequence[str]
    columns: Sequence[PartColumn]
    name: str = ""


def _value(head: str, *metrics: str) -> PartColumn:
    return PartColumn(head, [Shown([metric]) for metric in metrics])


SORTS: Mapping[str, Sort] = {
    "radio": Sort(
        "radio_up",
        ("ssid", "mode", "remote"),
        (
            PartColumn(
                "radio_signal",
                [
                    Shown(["radio_signal_dbm"]),
                    Shown(["radio_remote_signal_dbm"], "part_far_end"),
                    Shown(["radio_client_signal_minimum_dbm"], "part_weakest_client"),
                    Shown(["radio_transmit_power_dbm"], "part_sends"),
                ],
            ),
            _value("radio_noise", "radio_noise_floor_dbm"),
            _value("radio_snr", "radio_snr_decibels", "radio_rssi_decibels"),
            PartColumn(
                "radio_rates",
                [
                    Shown(["radio_receive_rate_bits_per_second"], "part_received"),
                    Shown(["radio_transmit_rate_bits_per_second"], "part_sent"),
                    Shown(["radio_mcs"], "part_mcs"),
                ],
            ),
            PartColumn(
                "radio_ccq",
                [
                    Shown(["radio_receive_ccq_ratio"], "part_received"),
                    Shown(["radio_transmit_ccq_ratio"], "part_sent"),
                    Shown(["radio_quality_ratio"], "part_quality"),
                    Shown(["radio_capacity_ratio"], "part_capacity"),
                ],
            ),
            _value("radio_errors", "radio_packet_error_ratio"),
            PartColumn(
                "radio_airtime",
                [Shown(["radio_airtime_ratio"]), Shown(["radio_utilization_ratio"], "part_by_anybody")],
            ),
            _value("radio_clients", "radio_clients"),
            _value("radio_distance", "radio_distance_meters"),
            PartColumn(
                "radio_channel",
                [Shown(["radio_frequency_hertz"]), Shown(["radio_channel"], "part_channel")],
            ),
        ),
    ),
    "modem": Sort(
        "modem_connected",
        (),
        (
            _value("modem_rsrp", "modem_rsrp_dbm"),
            _value("modem_rsrq", "modem_rsrq_decibels"),
            _value("modem_sinr", "modem_sinr_decibels"),
            _value("modem_rssi", "modem_rssi_dbm"),
            _value("temperature", "modem_temperature_celsius"),
        ),
    ),
    "onu": Sort(
        "onu_up",
        ("description", "port"),
        (
            _value("onu_receives", "onu_receive_power_dbm"),
            _value("olt_receives", "onu_olt_receive_power_dbm"),
            _value("onu_sends", "onu_transmit_power_dbm"),
            PartColumn(
                "onu_last_down",
                [
                    Flag("onu_last_down_los", "cause_los"),
                    Flag("onu_last_down_dying_gasp", "cause_dying_gasp"),
                    Flag("onu_last_down_other", "cause_other"),
                ],
            ),
            _value("onu_distance", "onu_distance_meters"),
            _value("temperature", "onu_temperature_celsius"),
        ),
    ),
    "port": Sort(
        "",
        (),
        (
            PartColumn(
                "port_trouble",
                [
                    Flag("optical_loss_of_signal", "port_no_light", "weak"),
                    Flag("optical_transmit_fault", "port_laser_broken", "bad"),
                    Flag("poe_fault", "port_poe_fault", "bad"),
                ],
            ),
            _value("optical_receives", "optical_receive_power_dbm"),
            _value("optical_sends", "optical_transmit_power_dbm"),
            _value("temperature", "optical_temperature_celsius"),
            _value("optical_bias", "optical_bias_amperes"),
            _value("optical_voltage", "optical_voltage_volts"),
            PartColumn(
                "poe",
                [
                    Flag("poe_delivering", "poe_feeds"),
                    Shown(["poe_power_watts"]),
                    Shown(["poe_voltage_volts"]),
                    Shown(["poe_current_amperes"]),
                ],
            ),
            PartColumn("onus", [Shown(["pon_onus_up"], "onus_connected"), Shown(["pon_onus"], "onus_known")]),
        ),
    ),
    "interface": Sort(
        "interface_up",
        ("alias",),
        (
            _value("interface_speed", "interface_speed_bits_per_second"),
            PartColumn(
                "interface_errors",
                [Shown(["interface_receive_errors_total", "interface_transmit_errors_total"])],
            ),
            PartColumn(
                "interface_discards",
                [Shown(["interface_receive_discards_total", "interface_transmit_discards_total"])],
            ),
            _value("interface_fcs_errors", "interface_receive_fcs_errors_total"),
            _value("interface_link_downs", "interface_link_downs_total"),
        ),
    ),
    "board": Sort(
        "board_up",
        (),
        (
            _value("cpu", "board_cpu_load_ratio"),
            _value("memory", "board_memory_used_ratio"),
            _value("temperature", "board_temperature_celsius"),
            _value("voltage", "board_voltage_volts"),
        ),
    ),
    "sensor": Sort(
        "sensor_up",
        (),
        (
            _value(
                "sensor_reads",
                "sensor_temperature_celsius",
                "sensor_voltage_volts",
                "sensor_current_amperes",
                "sensor_power_watts",
                "sensor_power_dbm",
                "sensor_fan_speed_rpm",
                "sensor_frequency_hertz",
                "sensor_humidity_ratio",
            ),
        ),
    ),
    "neighbor": Sort(
        "",
        (),
        (
            PartColumn("neighbor_here", [Text("port")]),
            PartColumn("neighbor_there", [Text("remote_port")]),
            PartColumn("neighbor_chassis", [Text("chassis")]),
        ),
        name="name",
    ),
}
"""In the order of the page."""
