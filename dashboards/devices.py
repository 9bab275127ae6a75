"""A site's devices, which its agent polls by SNMP: interfaces, and the UPS."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.statetimeline import Panel as StateTimelinePanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.common import GraphTransform
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue, Panel

from dashboards.frame import HERE, TO_DEVICE
from dashboards.panels import POLL_STEP, now, query, timeline, timeseries
from dashboards.tables import Column, table
from dashboards.words import INTERFACE, SOURCE

NOT_POLLED = "No answer of a device here is known"
NO_UPS = "No answer of a UPS here is known"
KEY = "device, interface"
DEVICE = Column("device", "Device", link=TO_DEVICE)


def of_interfaces(here: str) -> str:
    """A selector of the chosen interfaces."""
    return f'{here}, interface=~"$interface"'


def devices() -> Iterator[Builder[Panel]]:
    """Of the chosen site."""
    yield interfaces(HERE)
    yield _uptime()
    yield from counters(HERE)
    yield from ups(HERE)


def counters(here: str) -> Iterator[TimeseriesPanel]:
    yield _traffic(here)
    yield _faults(here)


def ups(here: str) -> Iterator[Builder[Panel]]:
    yield _source(here)
    yield _battery(here)
    yield _charge(here)


def interfaces(here: str) -> TablePanel:
    chosen = of_interfaces(here)
    up = f"max by ({KEY}) (pantau_interface_up{{{chosen}}})"
    alias = f"topk by ({KEY}) (1, max by ({KEY}, alias) (pantau_interface_info{{{chosen}}}))"
    speed = f"max by ({KEY}) (pantau_interface_speed_bits_per_second{{{chosen}}})"
    used = (
        f"max by ({KEY}) ({{__name__=~"
        f'"site_device_interface:pantau_interface_(receive|transmit)_utilization:ratio_rate5m", {chosen}}})'
    )
    return table(
        "Interfaces",
        "The interfaces as their devices tell them.",
        [
            now(f"{up} * on ({KEY}) group_left (alias) {alias} or on ({KEY}) {up}"),
            now(f"{speed} and on ({KEY}) {up}"),
            now(f"{used} and on ({KEY}) {up}"),
        ],
        [
            Column("A", "State", words=INTERFACE, width=70),
            Column("C", "Used", unit="percentunit", width=70),
            Column("interface", "Interface"),
            Column("alias", "Description"),
            DEVICE,
            Column("B", "Speed", unit="bps", width=90),
        ],
        no_value=NOT_POLLED,
        sort=["-Used"],
        width=16,
    )


def _uptime() -> TablePanel:
    up = f"max by (device) (pantau_device_uptime_seconds{{{HERE}}})"
    return table(
        "Devices",
        "How long each device has been up since it was started last: after a power cut, not long.",
        [now(up)],
        [DEVICE, Column("A", "Up for", unit="dtdurations", decimals=0, width=150)],
        no_value=NOT_POLLED,
        sort=["Up for"],
        width=8,
    )


def _traffic(here: str) -> TimeseriesPanel:
    chosen = of_interfaces(here)
    received, sent = (
        f"8 * max by ({KEY}) (rate(pantau_interface_{way}_bytes_total{{{chosen}}}[$__rate_interval]))"
        for way in ("receive", "transmit")
    )
    panel = timeseries(
        "Traffic",
        "What the interfaces receive, upwards, and transmit, downwards.",
        [
            query(received, "{{device}} {{interface}} receives", POLL_STEP),
            query(sent, "{{device}} {{interface}} transmits", POLL_STEP),
        ],
        unit="bps",
        below_zero=True,
        no_value=NOT_POLLED,
    )
    downwards = [DynamicConfigValue("custom.transform", GraphTransform.NEGATIVE_Y)]
    return panel.axis_centered_zero(True).override_by_query("B", downwards)


def _faults(here: str) -> TimeseriesPanel:
    chosen = of_interfaces(here)
    errors, discards = (
        " + ".join(
            f"max by ({KEY}) (rate(pantau_interface_{way}_{what}_total{{{chosen}}}[$__rate_interval]))"
            for way in ("receive", "transmit")
        )
        for what in ("errors", "discards")
    )
    return timeseries(
        "Errors and discards",
        "Packets with errors, a bad cable or connector; and good packets that were dropped, congestion.",
        [
            query(errors, "{{device}} {{interface}} errors", POLL_STEP),
            query(discards, "{{device}} {{interface}} discards", POLL_STEP),
        ],
        unit="pps",
        no_value=NOT_POLLED,
    )


def _source(here: str) -> StateTimelinePanel:
    source = f"pantau_ups_output_source{{{here}}}"
    others = source.replace("}", ', source!~"normal|battery"}')
    normal, battery = (source.replace("}", f', source="{name}"}}') for name in ("normal", "battery"))
    return timeline(
        "UPS output",
        "Where each UPS takes its power from.",
        [query(f"max by (device) (1 * {normal} or 2 * {battery} or 3 * {others})", "{{device}}", POLL_STEP)],
        SOURCE,
        no_value=NO_UPS,
        width=8,
        height=8,
    )


def _battery(here: str) -> TimeseriesPanel:
    left = f"min by (device) (pantau_ups_battery_remaining_seconds{{{here}}})"
    return timeseries(
        "UPS time left",
        "How long the battery will last, as the UPS estimates.",
        [query(f"{left} / 60", "{{device}}", POLL_STEP)],
        unit="m",
        decimals=0,
        thresholds=((None, "transparent"), (10, "red")),
        no_value=NO_UPS,
        width=8,
    )


def _charge(here: str) -> TimeseriesPanel:
    return timeseries(
        "UPS charge",
        "Charge of the battery.",
        [query(f"min by (device) (pantau_ups_battery_charge_ratio{{{here}}})", "{{device}}", POLL_STEP)],
        unit="percentunit",
        no_value=NO_UPS,
        width=8,
    )
