"""The parts of a device beside its interfaces, over time: radios, optical ports, PoE, modems, ONUs."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards.panels import ABSENT, POLL_STEP, Steps, now, query, timeseries
from dashboards.tables import Column, table

SLOW_STEP = "10m"
"""Of graphs of what is polled rarely: polls crash some line cards of OLTs."""
SLOW = "30m"
"""As long a value of such a poll is of now: three polls."""
NO_RADIO = "No radio of this device is known"
NO_MODEM = "No modem of this device is known"
NO_LIGHT = "No optical module of this device is known"
NO_POE = "No PoE port of this device is known"
NO_ONU = "No ONU of this device is known"
LEAST_DBM = -300.0
ONU: dict[int | str, tuple[str, str]] = {1: ("connected", "green"), 0: ("LOST", "red")}

SIGNAL_LINES: Steps = ((None, "transparent"), (-78, "red"), (-70, "orange"))
LTE_LINES: Steps = ((None, "transparent"), (-110, "red"), (-100, "orange"))
LIGHT_LINES: Steps = ((None, "transparent"), (-28, "red"), (-25, "orange"))
"""The steps of pantau's own pages (collector/web/site/devices/grades.py)."""
SIGNAL: Steps = ((None, ABSENT), (LEAST_DBM, "red"), (-78, "orange"), (-70, "green"))
LTE: Steps = ((None, ABSENT), (LEAST_DBM, "red"), (-110, "orange"), (-100, "green"))
LIGHT: Steps = ((None, ABSENT), (LEAST_DBM, "red"), (-28, "orange"), (-25, "green"))


def radios(here: str) -> Iterator[TimeseriesPanel]:
    own, far = (f"max by (radio) (pantau_radio_{way}signal_dbm{{{here}}})" for way in ("", "remote_"))
    yield timeseries(
        "Radio signal",
        "Power that each radio receives, and that its far end receives: weak below the upper line.",
        [query(own, "{{radio}}", POLL_STEP), query(far, "{{radio}} at the far end", POLL_STEP)],
        unit="dBm",
        below_zero=True,
        thresholds=SIGNAL_LINES,
        no_value=NO_RADIO,
    )
    received, sent = (
        f"max by (radio) (pantau_radio_{way}_rate_bits_per_second{{{here}}})"
        for way in ("receive", "transmit")
    )
    yield timeseries(
        "Radio rates",
        "Modulation rate of each radio: it falls with the signal.",
        [
            query(received, "{{radio}} receives", POLL_STEP),
            query(sent, "{{radio}} transmits", POLL_STEP),
        ],
        unit="bps",
        no_value=NO_RADIO,
    )
    ccq = (
        f"min by (radio) (pantau_radio_transmit_ccq_ratio{{{here}}} or pantau_radio_quality_ratio{{{here}}})"
    )
    yield timeseries(
        "Radio quality",
        "Client connection quality of what each radio sends, or the quality by its maker.",
        [query(ccq, "{{radio}}", POLL_STEP)],
        unit="percentunit",
        no_value=NO_RADIO,
    )
    yield timeseries(
        "Wireless clients",
        "Clients of each radio.",
        [query(f"max by (radio) (pantau_radio_clients{{{here}}})", "{{radio}}", POLL_STEP)],
        unit="short",
        decimals=0,
        no_value=NO_RADIO,
    )


def lines(here: str) -> Iterator[Builder[Panel]]:
    """Fibre, PoE, LTE and ONUs."""
    yield timeseries(
        "Light received",
        "By each optical module: weak below the upper line.",
        [query(f"max by (port) (pantau_optical_receive_power_dbm{{{here}}})", "{{port}}", POLL_STEP)],
        unit="dBm",
        below_zero=True,
        thresholds=LIGHT_LINES,
        no_value=NO_LIGHT,
    )
    yield timeseries(
        "PoE power",
        "Power that each port delivers.",
        [query(f"max by (port) (pantau_poe_power_watts{{{here}}})", "{{port}}", POLL_STEP)],
        unit="watt",
        no_value=NO_POE,
    )
    yield timeseries(
        "LTE signal",
        "Reference signal of each modem (RSRP): weak below the upper line.",
        [query(f"max by (modem) (pantau_modem_rsrp_dbm{{{here}}})", "{{modem}}", POLL_STEP)],
        unit="dBm",
        below_zero=True,
        thresholds=LTE_LINES,
        no_value=NO_MODEM,
    )
    up = f"last_over_time(pantau_onu_up{{{here}}}[$__rate_interval])"
    yield timeseries(
        "ONUs connected and lost",
        "By the OLT's last answer.",
        [
            query(f"sum({up})", "connected", SLOW_STEP),
            query(f"count({up} == 0) or 0 * count({up})", "lost", SLOW_STEP),
        ],
        unit="short",
        decimals=0,
        colours={"connected": "green", "lost": "red"},
        no_value=NO_ONU,
    )
    yield _weakest_onus(here)


def _weakest_onus(here: str) -> TablePanel:
    """Lost ones have no power to receive: they are in the list by their state."""
    state = f"max by (onu) (last_over_time(pantau_onu_up{{{here}}}[{SLOW}]))"
    power = f"max by (onu) (last_over_time(pantau_onu_receive_power_dbm{{{here}}}[{SLOW}]))"
    shown = f"(bottomk(20, {power}) * 0 + on (onu) {state} or bottomk(20, {state} == 0))"
    about = (
        f"topk by (onu) (1, max by (onu, description) (last_over_time(pantau_onu_info{{{here}}}[{SLOW}])))"
    )
    lost = f"last_over_time(pantau_onu_last_down{{{here}}}[{SLOW}])"
    causes = f"topk by (onu) (1, max by (onu, cause) ({lost}) == 1)"
    return table(
        "Weakest ONUs",
        "The ONUs that receive the least light and those that are lost, with the cause of the last loss.",
        [
            now(f"{shown} * on (onu) group_left (description) {about} or on (onu) {shown}"),
            now(f"{power} and on (onu) {shown}"),
            now(f"{causes} and on (onu) {shown}"),
        ],
        [
            Column("A", "State", words=ONU, width=90),
            Column("onu", "ONU"),
            Column("description", "Description"),
            Column("B", "Light", unit="dBm", thresholds=LIGHT, decimals=1, width=90),
            Column("cause", "Lost last for", width=110),
        ],
        no_value=NO_ONU,
        sort=["Light"],
    )


def ups_details(here: str) -> Iterator[TimeseriesPanel]:
    yield timeseries(
        "UPS load",
        "Load of the UPS: the more, the shorter the battery lasts.",
        [query(f"max by (device) (pantau_ups_load_ratio{{{here}}})", "{{device}}", POLL_STEP)],
        unit="percentunit",
        no_value="No load of a UPS here is known",
    )
    yield timeseries(
        "UPS mains",
        "Voltage of the mains, of the phase with the least.",
        [query(f"min by (device) (pantau_ups_input_voltage_volts{{{here}}})", "{{device}}", POLL_STEP)],
        unit="volt",
        no_value="No voltage of a UPS here is known",
    )
