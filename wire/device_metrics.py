"""The catalogue's values of devices, which profiles (wire.profile) read by SNMP.

A device has parts: interfaces, radios, ONUs. `row_label` of a metric names the part that its value is of; a
value without one is of the device itself. Powers of signals are in dBm, their ratios in decibels: nobody
reads watts there.
"""

from collections.abc import Iterator

from wire.metric import Metric, Type


def _itself(name: str, decimals: int, help: str, type: Type = "gauge") -> tuple[str, Metric]:
    return name, Metric("snmp", f"pantau_{name}", type, decimals, help, (), "device")


def _part(
    part: str, name: str, decimals: int, help: str, type: Type = "gauge", info: tuple[str, ...] = ()
) -> tuple[str, Metric]:
    return name, Metric("snmp", f"pantau_{name}", type, decimals, help, (), "device", part, info)


def _states(family: str, label: str, help: str, *states: str, part: str = "") -> Iterator[tuple[str, Metric]]:
    """One value for each state: 1 for the one that is."""
    for state in states:
        metric = Metric("snmp", f"pantau_{family}", "gauge", 0, help, ((label, state),), "device", part)
        yield f"{family}_{state}", metric


IDENTITY_INFO = ("vendor", "model", "firmware", "profiles")
COUNTER: Type = "counter"

_DEVICE = (
    _itself("device_uptime_seconds", 2, "Time since the device started."),
    _itself("snmp_failed_profiles", 0, "Profiles of which the device's answers could not be used."),
    _itself("snmp_missing_values", 0, "Values that the device's tables have, and that it did not answer."),
    _itself("snmp_truncated_tables", 0, "Tables of which rows are missing: too many, or in circles."),
    (
        "device_identity_info",
        Metric(
            "snmp",
            "pantau_device_identity_info",
            "gauge",
            0,
            "Maker, model and firmware as the device says, and the profiles that read it.",
            target_label="device",
            info=IDENTITY_INFO,
        ),
    ),
    _itself("device_cpu_load_ratio", 4, "Load of the processors, 1 is full."),
    _itself("device_load1", 2, "Processes that wanted to run, average of a minute."),
    _itself("device_memory_size_bytes", 0, "Size of the main memory."),
    _itself("device_memory_used_bytes", 0, "Main memory in use."),
    _itself("device_memory_free_bytes", 0, "Main memory that nothing uses."),
    _itself("device_memory_used_ratio", 4, "Share of the main memory in use."),
    _itself("device_temperature_celsius", 2, "Temperature of the device."),
    _itself("device_voltage_volts", 3, "Voltage of the device's supply."),
    _itself("device_current_amperes", 3, "Current that the device draws."),
    _itself("device_power_watts", 2, "Power that the device draws."),
    _itself("device_clients", 0, "Wireless clients of the device."),
    _itself("device_hotspot_users", 0, "Users of its hotspot that are signed in."),
    _itself("device_dhcp_leases", 0, "Leases of its DHCP server."),
    _itself("device_connections", 0, "Connections that its firewall follows."),
    _itself("device_access_points", 0, "Access points that it controls."),
    _itself("device_onus", 0, "ONUs that the OLT knows."),
    _itself("device_onus_up", 0, "ONUs that are connected."),
    _itself("poe_consumption_watts", 2, "Power that all PoE ports deliver (RFC 3621)."),
    _itself("poe_capacity_watts", 2, "Power that all PoE ports could deliver (RFC 3621)."),
    _itself("stp_topology_changes_total", 0, "Changes of the spanning tree's topology (RFC 4188).", COUNTER),
    _itself("stp_topology_age_seconds", 2, "Time since the last change of the topology (RFC 4188)."),
)
_UPS = (
    _itself("ups_on_battery_seconds", 2, "Time since the UPS went to battery, 0 on mains (RFC 1628)."),
    _itself("ups_battery_remaining_seconds", 0, "Time that the battery will last, as the UPS estimates."),
    _itself("ups_battery_charge_ratio", 4, "Charge of the battery, 1 is full."),
    _itself("ups_battery_voltage_volts", 2, "Voltage of the battery."),
    _itself("ups_battery_temperature_celsius", 1, "Temperature of the battery."),
    _itself("ups_ambient_temperature_celsius", 1, "Temperature around the UPS."),
    _itself("ups_input_voltage_volts", 1, "Voltage of the mains, of the phase with the least."),
    _itself("ups_input_frequency_hertz", 1, "Frequency of the mains."),
    _itself("ups_load_ratio", 4, "Load of the UPS, of the phase with the greatest; 1 is full."),
    _itself("ups_brownouts_total", 0, "Times that the mains left their limits (RFC 1628).", COUNTER),
    _itself("ups_alarms", 0, "Alarms of the UPS that are active (RFC 1628)."),
    *_states(
        "ups_output_source",
        "source",
        "1 for where the UPS takes its output from.",
        *("normal", "battery", "bypass", "booster", "reducer", "none", "other"),
    ),
    *_states(
        "ups_battery_status",
        "status",
        "1 for each state that the battery is in.",
        *("normal", "low", "depleted", "replace"),
    ),
)
_INTERFACE = "interface"
_INTERFACES = (
    _part(_INTERFACE, "interface_up", 0, "1 when the interface is operational (RFC 2863)."),
    _part(_INTERFACE, "interface_info", 0, "The interface as its device has it.", info=("alias", "index")),
    _part(
        _INTERFACE,
        "interface_speed_bits_per_second",
        0,
        "Bandwidth of the interface as its device estimates it (RFC 2863).",
    ),
    _part(_INTERFACE, "interface_receive_bytes_total", 0, "Octets received.", COUNTER),
    _part(_INTERFACE, "interface_transmit_bytes_total", 0, "Octets sent.", COUNTER),
    _part(
        _INTERFACE,
        "interface_receive_errors_total",
        0,
        "Packets received with errors: a bad cable or connector.",
        COUNTER,
    ),
    _part(
        _INTERFACE,
        "interface_transmit_errors_total",
        0,
        "Packets that could not be sent because of errors.",
        COUNTER,
    ),
    _part(
        _INTERFACE,
        "interface_receive_discards_total",
        0,
        "Good packets received and dropped: congestion.",
        COUNTER,
    ),
    _part(
        _INTERFACE,
        "interface_transmit_discards_total",
        0,
        "Good packets dropped before they were sent: congestion.",
        COUNTER,
    ),
    _part(_INTERFACE, "interface_link_downs_total", 0, "Times that the interface lost its link.", COUNTER),
    _part(
        _INTERFACE, "interface_receive_fcs_errors_total", 0, "Frames received with a bad checksum.", COUNTER
    ),
)
_RADIO = "radio"
_RADIOS = (
    _part(_RADIO, "radio_info", 0, "The radio as its device has it.", info=("ssid", "mode", "remote")),
    _part(_RADIO, "radio_up", 0, "1 when the radio works or is connected."),
    _part(_RADIO, "radio_signal_dbm", 1, "Power received from the far end."),
    _part(_RADIO, "radio_remote_signal_dbm", 1, "Power that the far end receives from here."),
    _part(_RADIO, "radio_noise_floor_dbm", 1, "Noise at the receiver."),
    _part(_RADIO, "radio_snr_decibels", 1, "Signal over noise."),
    _part(_RADIO, "radio_rssi_decibels", 1, "Signal of a chain over its maker's zero."),
    _part(_RADIO, "radio_frequency_hertz", 0, "Frequency of the channel."),
    _part(_RADIO, "radio_channel", 0, "Number of the channel (IEEE 802.11)."),
    _part(_RADIO, "radio_transmit_power_dbm", 1, "Power sent."),
    _part(_RADIO, "radio_transmit_rate_bits_per_second", 0, "Modulation rate of what is sent."),
    _part(_RADIO, "radio_receive_rate_bits_per_second", 0, "Modulation rate of what is received."),
    _part(_RADIO, "radio_transmit_ccq_ratio", 4, "Client connection quality of what is sent; 1 is best."),
    _part(_RADIO, "radio_receive_ccq_ratio", 4, "Client connection quality of what is received; 1 is best."),
    _part(_RADIO, "radio_quality_ratio", 4, "Quality of the link as its maker estimates it; 1 is best."),
    _part(_RADIO, "radio_capacity_ratio", 4, "Capacity of the link as its maker estimates it; 1 is best."),
    _part(_RADIO, "radio_airtime_ratio", 4, "Share of time that the radio's own link uses the channel."),
    _part(_RADIO, "radio_utilization_ratio", 4, "Share of time that the channel is in use by anybody."),
    _part(_RADIO, "radio_clients", 0, "Clients of the radio."),
    _part(_RADIO, "radio_client_signal_minimum_dbm", 1, "Power received from the weakest client."),
    _part(_RADIO, "radio_distance_meters", 1, "Distance of the far end, by the time of flight."),
    _part(_RADIO, "radio_mcs", 0, "Modulation and coding scheme (IEEE 802.11)."),
    _part(_RADIO, "radio_packet_error_ratio", 6, "Share of packets received with errors."),
)
_MODEM = "modem"
_MODEMS = (
    _part(_MODEM, "modem_connected", 0, "1 when the modem is connected to its network."),
    _part(_MODEM, "modem_rsrp_dbm", 1, "Reference signal received power (3GPP TS 36.214)."),
    _part(_MODEM, "modem_rsrq_decibels", 1, "Reference signal received quality (3GPP TS 36.214)."),
    _part(_MODEM, "modem_sinr_decibels", 1, "Signal over interference and noise."),
    _part(_MODEM, "modem_rssi_dbm", 1, "Received power with all interference."),
    _part(_MODEM, "modem_temperature_celsius", 1, "Temperature of the modem."),
    _part(_MODEM, "modem_receive_bytes_total", 0, "Octets received over the air.", COUNTER),
    _part(_MODEM, "modem_transmit_bytes_total", 0, "Octets sent over the air.", COUNTER),
)
_PORT = "port"
_PORTS = (
    _part(_PORT, "optical_receive_power_dbm", 3, "Light received."),
    _part(_PORT, "optical_transmit_power_dbm", 3, "Light sent."),
    _part(_PORT, "optical_temperature_celsius", 2, "Temperature of the optical module."),
    _part(_PORT, "optical_voltage_volts", 3, "Supply voltage of the optical module."),
    _part(_PORT, "optical_bias_amperes", 6, "Current of the laser."),
    _part(_PORT, "optical_loss_of_signal", 0, "1 when no light comes in."),
    _part(_PORT, "optical_transmit_fault", 0, "1 when the laser is broken."),
    _part(_PORT, "poe_delivering", 0, "1 when the port feeds its device (RFC 3621)."),
    _part(_PORT, "poe_fault", 0, "1 when the port can not feed its device."),
    _part(_PORT, "poe_power_watts", 2, "Power that the port delivers."),
    _part(_PORT, "poe_voltage_volts", 2, "Voltage that the port delivers."),
    _part(_PORT, "poe_current_amperes", 4, "Current that the port delivers."),
    _part(_PORT, "pon_onus", 0, "ONUs that the PON port knows."),
    _part(_PORT, "pon_onus_up", 0, "ONUs of the PON port that are connected."),
)
_ONU = "onu"
_ONUS = (
    _part(_ONU, "onu_info", 0, "The ONU as its OLT has it.", info=("description", "port")),
    _part(_ONU, "onu_up", 0, "1 when the ONU is connected."),
    _part(_ONU, "onu_receive_power_dbm", 2, "Light that the ONU receives."),
    _part(_ONU, "onu_transmit_power_dbm", 2, "Light that the ONU sends."),
    _part(_ONU, "onu_olt_receive_power_dbm", 2, "Light that the OLT receives from the ONU."),
    _part(_ONU, "onu_temperature_celsius", 1, "Temperature of the ONU."),
    _part(_ONU, "onu_distance_meters", 0, "Length of the fibre to the ONU."),
    *_states(
        "onu_last_down",
        "cause",
        "1 for why the ONU was lost last: no light, or its own last words that its power goes.",
        *("los", "dying_gasp", "other"),
        part=_ONU,
    ),
)
_BOARD = "board"
_BOARDS = (
    _part(_BOARD, "board_up", 0, "1 when the board works."),
    _part(_BOARD, "board_cpu_load_ratio", 4, "Load of the board's processor, 1 is full."),
    _part(_BOARD, "board_memory_used_ratio", 4, "Share of the board's memory in use."),
    _part(_BOARD, "board_temperature_celsius", 1, "Temperature of the board."),
    _part(_BOARD, "board_voltage_volts", 3, "Voltage of the board."),
)
_SENSOR = "sensor"
_SENSORS = (
    _part(_SENSOR, "sensor_up", 0, "1 when the sensed part is in order."),
    _part(_SENSOR, "sensor_temperature_celsius", 2, "Temperature at the sensor."),
    _part(_SENSOR, "sensor_voltage_volts", 4, "Voltage at the sensor."),
    _part(_SENSOR, "sensor_current_amperes", 6, "Current at the sensor."),
    _part(_SENSOR, "sensor_power_watts", 6, "Power at the sensor."),
    _part(_SENSOR, "sensor_power_dbm", 3, "Power of the signal at the sensor."),
    _part(_SENSOR, "sensor_fan_speed_rpm", 0, "Turns of the fan in a minute."),
    _part(_SENSOR, "sensor_frequency_hertz", 2, "Frequency at the sensor."),
    _part(_SENSOR, "sensor_humidity_ratio", 4, "Relative humidity, 1 is saturated."),
)
_NEIGHBORS = (
    _part(
        "neighbor",
        "neighbor_info",
        0,
        "A device that names itself at a port (LLDP, CDP, MNDP).",
        info=("port", "name", "remote_port", "chassis"),
    ),
)

DEVICE_METRICS: dict[str, Metric] = dict(
    (*_DEVICE, *_UPS, *_INTERFACES, *_RADIOS, *_MODEMS, *_PORTS, *_ONUS, *_BOARDS, *_SENSORS, *_NEIGHBORS)
)
PARTS = tuple(dict.fromkeys(metric.row_label for metric in DEVICE_METRICS.values() if metric.row_label))
