"""Radio and fibre: the weakest radios, modems, optical ports and ONUs of the chosen sites."""

from collections.abc import Iterator, Sequence

from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.frame import CHOSEN, DEVICE, KEPT, RADIO, REPORTING, PanelRow, assemble, district, sites
from dashboards.panels import ABSENT, FROM_ZERO, POLL_STEP, Steps, now, query, stat, timeseries
from dashboards.parts import LIGHT, LTE, SIGNAL, SIGNAL_LINES, SLOW
from dashboards.shades import outages_with_causes, planned_work
from dashboards.tables import SITE, Column, table

SHOWN = 20
DRAWN = 8
PLACE = "site, district, device"
TO_ITS_DEVICE = (
    f"/d/{DEVICE}?{KEPT}&var-district=$__all&var-site=${{__data.fields.Site:percentencode}}"
    "&var-device=${__data.fields.Device:percentencode}"
)
"""From a table with devices of many sites."""


def radio() -> Dashboard:
    return assemble(
        "Radio and fibre",
        RADIO,
        "The weakest radios, modems, optical ports and ONUs, and those that became weaker.",
        [district(), sites()],
        [
            PanelRow("Now", list(_counts())),
            PanelRow("Weakest now", list(_weakest())),
            PanelRow("Over time", [_signals(), _fallen()]),
        ],
        page="/weakest",
        shades=[planned_work(CHOSEN), outages_with_causes(CHOSEN)],
    )


def _of_now(metric: str, part: str) -> str:
    return f"max by ({PLACE}, {part}) ({metric}{{{CHOSEN}}}{REPORTING})"


def _slow(metric: str, part: str) -> str:
    """Of a table that is polled rarely."""
    return f"max by ({PLACE}, {part}) (last_over_time({metric}{{{CHOSEN}}}[{SLOW}]){REPORTING})"


def _counts() -> Iterator[StatPanel]:
    signal, rsrp = _of_now("pantau_radio_signal_dbm", "radio"), _of_now("pantau_modem_rsrp_dbm", "modem")
    light, onu = _of_now("pantau_optical_receive_power_dbm", "port"), _slow("pantau_onu_up", "onu")
    onu_light = _slow("pantau_onu_receive_power_dbm", "onu")
    for title, description, bad, every in (
        ("Weak radios", "Radios that receive less than -70 dBm.", f"{signal} < -70", signal),
        ("Very weak radios", "Radios that receive less than -78 dBm.", f"{signal} < -78", signal),
        ("Weak modems", "Modems with less than -100 dBm (RSRP).", f"{rsrp} < -100", rsrp),
        ("Weak ports", "Optical ports that receive less than -25 dBm.", f"{light} < -25", light),
        ("Weak ONUs", "ONUs that receive less than -25 dBm.", f"{onu_light} < -25", onu_light),
        ("Lost ONUs", "ONUs that their OLT does not reach.", f"{onu} == 0", onu),
    ):
        yield stat(
            title,
            description,
            now(f"count({bad}) or 0 * count({every})"),
            thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "orange")),
            no_value="?",
            width=4,
        )


def _weakest() -> Iterator[TablePanel]:
    signal = f"bottomk({SHOWN}, {_of_now('pantau_radio_signal_dbm', 'radio')})"
    more = (
        ("pantau_radio_snr_decibels", Column("B", "SNR", unit="dB", width=70)),
        ("pantau_radio_transmit_rate_bits_per_second", Column("C", "Sends", unit="bps", width=90)),
        ("pantau_radio_transmit_ccq_ratio", Column("D", "CCQ", unit="percentunit", width=70)),
    )
    key = f"{PLACE}, radio"
    yield table(
        "Weakest radios",
        "Those that receive the least, with their signal over noise, their rate and their quality.",
        [now(signal), *(now(f"{_of_now(name, 'radio')} and on ({key}) {signal}") for name, _ in more)],
        [*_columns("radio", "Radio", SIGNAL), *(column for _, column in more)],
        no_value="No radio that reports is known",
        sort=["Power"],
    )
    yield _weakest_of("Weakest modems", "pantau_modem_rsrp_dbm", "modem", "Modem", LTE)
    yield _weakest_of("Weakest ports", "pantau_optical_receive_power_dbm", "port", "Port", LIGHT)
    light = f"bottomk({SHOWN}, {_slow('pantau_onu_receive_power_dbm', 'onu')})"
    yield table(
        "Weakest ONUs",
        "Those that receive the least light, by the last answers of their OLTs.",
        [now(light)],
        _columns("onu", "ONU", LIGHT),
        no_value="No ONU of an OLT that reports is known",
        sort=["Power"],
    )


def _weakest_of(title: str, metric: str, part: str, name: str, steps: Steps) -> TablePanel:
    return table(
        title,
        "Those that receive the least.",
        [now(f"bottomk({SHOWN}, {_of_now(metric, part)})")],
        _columns(part, name, steps),
        no_value=f"No {part} that reports is known",
        sort=["Power"],
        width=12,
    )


def _columns(part: str, name: str, steps: Steps) -> Sequence[Column]:
    return [
        Column("A", "Power", unit="dBm", thresholds=steps, decimals=1, width=90),
        SITE,
        Column("device", "Device", link=TO_ITS_DEVICE),
        Column(part, name),
        Column("district", "District"),
    ]


def _signals() -> TimeseriesPanel:
    each = f"max by (site, device, radio) (pantau_radio_signal_dbm{{{CHOSEN}}})"
    mean = (
        f"max by (site, device, radio) (avg_over_time(pantau_radio_signal_dbm{{{CHOSEN}}}[$__range] @ end()))"
    )
    return timeseries(
        "Signal of the weakest radios",
        "Of those with the least mean within the time range: weak below the upper line.",
        [query(f"{each} and bottomk({DRAWN}, {mean})", "{{site}} {{device}} {{radio}}", POLL_STEP)],
        unit="dBm",
        below_zero=True,
        thresholds=SIGNAL_LINES,
        no_value="No radio is known",
    )


def _fallen() -> TablePanel:
    """A dish that moved, or a tree that grew, shows by its loss before the link fails."""
    mean = f"max by ({PLACE}, radio) (avg_over_time(pantau_radio_signal_dbm{{{CHOSEN}}}[$__range]))"
    fallen = f"topk({SHOWN}, ({mean}) - {_of_now('pantau_radio_signal_dbm', 'radio')} >= 0)"
    return table(
        "Radios weaker than usual",
        "How much less they receive now than on the mean of the time range: choose some days.",
        [now(fallen)],
        [
            Column("A", "Less by", unit="dB", decimals=1, width=90),
            SITE,
            Column("device", "Device", link=TO_ITS_DEVICE),
            Column("radio", "Radio"),
            Column("district", "District"),
        ],
        no_value="No radio that reports is known",
        sort=["-Less by"],
        width=12,
    )
