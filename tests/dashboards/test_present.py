"""A value of now is one of an agent that reports: on the dashboards of a device, application and link."""

from pathlib import Path

import pytest

from tests.dashboards.choices import CHOICES
from tests.dashboards.grafana import filled, queries
from tests.dashboards.told_series import complaints
from tests.servers.prometheus import needs_promtool

pytestmark = needs_promtool

HERE = 'site="dinkes", district="Pontianak Kota"'
MEASURED = {
    f'pantau_device_uptime_seconds{{{HERE}, device="router"}}': "86400x8",
    f'pantau_snmp_failed_profiles{{{HERE}, device="router"}}': "0x8",
    f'pantau_snmp_truncated_tables{{{HERE}, device="router"}}': "0x8",
    f'pantau_snmp_missing_values{{{HERE}, device="router"}}': "0x8",
    f'pantau_interface_up{{{HERE}, device="router", interface="ether1"}}': "1x8",
    f'pantau_radio_signal_dbm{{{HERE}, device="router", radio="wlan1"}}': "-81x8",
    f'pantau_onu_up{{{HERE}, device="router", onu="1/1"}}': "0x8",
    f'pantau_probe_success{{{HERE}, target="router", probe="snmp"}}': "1x8",
    f'pantau_probe_success{{{HERE}, target="uplink", probe="icmp"}}': "1x8",
    f'pantau_tls_certificate_expiry_timestamp_seconds{{{HERE}, target="antrean"}}': "8640000x8",
}
"""For two minutes."""
KNOWN = {
    f'pantau_site_info{{{HERE}, name="Dinkes", role="office"}}': "1x40",
    'pantau_link_info{link="dinkes-fiber", from="dinkes", to="noc", use="main"}': "1x40",
    'pantau_link_ping_info{link="dinkes-fiber", site="dinkes", target="uplink"}': "1x40",
}
NOW = [
    "Device/SNMP/A",
    "Device/Up for/A",
    "Device/Interfaces down/A",
    "Device/Profiles that fail/A",
    "Device/Tables cut short/A",
    "Application/Certificate ends in/A",
    "Link/Link/A",
    "Radio and fibre/Very weak radios/A",
    "Radio and fibre/Weakest radios/A",
    "Radio and fibre/Lost ONUs/A",
]
QUERIES = {query.name: query for query in queries()}


@pytest.mark.parametrize("name", NOW)
def test_a_silent_agents_last_value_is_none_of_now(tmp_path: Path, name: str) -> None:
    """It reports for two minutes, and Prometheus has its last values for five minutes more."""
    asked = QUERIES[name]
    shown = f"count({filled(asked, CHOICES[asked.dashboard])})"
    series = {**KNOWN, **MEASURED, f"pantau_agent_up{{{HERE}}}": "1x8 0x30"}
    assert complaints(tmp_path, series, shown, "2m", {"{}": 1.0}) == ""
    assert complaints(tmp_path, series, shown, "4m", {}) == ""
