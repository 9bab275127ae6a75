"""Device: does it answer, since when is it up, what are its interfaces and its UPS doing."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders.stat import Panel as StatPanel
from grafana_foundation_sdk.builders.statetimeline import Panel as StateTimelinePanel
from grafana_foundation_sdk.builders.table import Panel as TablePanel
from grafana_foundation_sdk.builders.timeseries import Panel as TimeseriesPanel
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Dashboard, VariableModel

from dashboards.devices import NOT_POLLED, counters, interfaces, of_interfaces, ups
from dashboards.frame import DEVICE, HERE, REPORTING, PanelRow, assemble, choice, district, one, one_site
from dashboards.panels import ABSENT, FROM_ZERO, POLL_STEP, now, query, stat, timeline, timeseries
from dashboards.parts import lines, radios, ups_details
from dashboards.shades import outages_with_causes, planned_work
from dashboards.tables import DISTRICT, SITE, Column, table
from dashboards.words import PROBE

ONE = f'{HERE}, device="$device"'
POLLED = f'{HERE}, target="$device", probe="snmp"'
PORTS = of_interfaces(ONE)


def device() -> Dashboard:
    return assemble(
        "Device",
        DEVICE,
        "One polled device of a site: system, interfaces, errors, UPS, radios, fibre, ONUs.",
        list(_variables()),
        [
            PanelRow("Now", [*_now(), _about(), _answers()]),
            PanelRow("Interfaces", [interfaces(ONE), _by_interface(), *counters(ONE)]),
            PanelRow("UPS", [*ups(ONE), *ups_details(ONE)]),
            PanelRow("Radios", list(radios(ONE)), folded=True),
            PanelRow("Fibre, PoE, LTE and ONUs", list(lines(ONE)), folded=True),
        ],
        page="/sites/${site:percentencode}",
        shades=[planned_work(HERE), outages_with_causes(HERE)],
    )


def _variables() -> Iterator[Builder[VariableModel]]:
    yield district()
    yield one_site()
    infos = f"site_device:pantau_device_info:max{{{HERE}}}"
    yield one("device", "Device", f"label_values({infos}, device)", "One polled device of the site")
    query = f"label_values(pantau_interface_up{{{ONE}}}, interface)"
    yield choice("interface", "Interface", query, "Of the device").multi(True)


def _now() -> Iterator[StatPanel]:
    yield stat(
        "SNMP",
        "Whether it answers the site's agent, while that reports.",
        now(f"max(site_target_probe:pantau_probe_success:max{{{POLLED}}})"),
        words=PROBE,
        no_value="nobody who reports polls it",
        width=3,
    )
    yield stat(
        "Up for",
        "Time since it was started last: after a power cut, not long.",
        now(f"max(pantau_device_uptime_seconds{{{ONE}}}{REPORTING})"),
        unit="dtdurations",
        decimals=0,
        thresholds=((None, ABSENT), (FROM_ZERO, "orange"), (3600, "blue")),
        no_value="?",
        width=3,
    )
    yield stat(
        "Restarts",
        "How often it was started anew within the time range.",
        now(f"max(resets(pantau_device_uptime_seconds{{{ONE}}}[$__range]))"),
        decimals=0,
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "orange")),
        no_value="?",
    )
    up = f"max by (interface) (pantau_interface_up{{{PORTS}}}{REPORTING})"
    yield stat(
        "Interfaces down",
        "Of the chosen ones. A port without a cable is down too.",
        now(f"count({up} == 0) or 0 * count({up})"),
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "blue")),
        no_value="?",
    )
    errors = " + ".join(
        f"sum(increase(pantau_interface_{way}_errors_total{{{PORTS}}}[$__range]))"
        for way in ("receive", "transmit")
    )
    yield stat(
        "Packets with errors",
        "On the chosen interfaces within the time range: a bad cable, connector or radio path.",
        now(errors),
        unit="short",
        decimals=0,
        thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "orange")),
        no_value="?",
    )
    for title, metric, description in (
        (
            "Profiles that fail",
            "pantau_snmp_failed_profiles",
            "Profiles of the inventory of which its answers could not be used.",
        ),
        (
            "Tables cut short",
            "pantau_snmp_truncated_tables",
            "Tables of which rows are missing: too many, or in circles.",
        ),
        (
            "Values missing",
            "pantau_snmp_missing_values",
            "Values of the device that it refused, or did not answer in time.",
        ),
    ):
        yield stat(
            title,
            description,
            now(f"max({metric}{{{ONE}}}{REPORTING})"),
            thresholds=((None, ABSENT), (FROM_ZERO, "green"), (1, "orange")),
            no_value="?",
        )


def _about() -> TablePanel:
    info = f"site_device:pantau_device_info:max{{{ONE}}}"
    where = f'pantau_target_info{{{HERE}, target="$device"}}'
    found = f'label_replace({where}, "device", "$1", "target", "(.+)")'
    address = f"topk by (site, device) (1, max by (site, device, address) ({found}))"
    why = f"topk by (site) (1, max by (site, reason) (pantau_probe_reason_info{{{POLLED}}}))"
    named = f"{info} * on (site, device) group_left (address) {address} or on (site, device) {info}"
    return table(
        "About",
        "The device as the inventory has it, and why it does not answer.",
        [now(f"({named}) * on (site) group_left (reason) {why} or on (site, device) ({named})")],
        [
            Column("device", "Device"),
            Column("sort", "Sort"),
            Column("address", "Address"),
            Column("reason", "Reason"),
            SITE,
            DISTRICT,
        ],
        no_value="No such device is known",
        width=12,
        height=6,
    )


def _answers() -> StateTimelinePanel:
    success = f"pantau_probe_success{{{POLLED}}}"
    return timeline(
        "Answers to polls",
        "Down wherever a poll failed in what a pixel stands for. Gap: nothing was measured.",
        [
            query(
                f"min by (target) (min_over_time({success}[$__interval]))"
                f" or min by (target) ({success} unless on (site) pantau_agent_up == 0)",
                "{{target}}",
            )
        ],
        PROBE,
        no_value="No poll of it is known",
        width=12,
        height=6,
    )


def _by_interface() -> TimeseriesPanel:
    received, sent = (
        "max by (interface) "
        f"(site_device_interface:pantau_interface_{way}_utilization:ratio_rate5m{{{PORTS}}})"
        for way in ("receive", "transmit")
    )
    return timeseries(
        "Share of the speed that is used",
        "Of each interface whose speed the device tells.",
        [
            query(received, "{{interface}} receives", POLL_STEP),
            query(sent, "{{interface}} transmits", POLL_STEP),
        ],
        unit="percentunit",
        no_value=NOT_POLLED,
        width=8,
    )
