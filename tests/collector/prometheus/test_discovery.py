from pathlib import Path

from collector.inventory import load
from collector.prometheus.discovery import blackbox, snmp
from tests.collector.inventory.cities import MINIMAL, write

OFFICE = """
[sites.dinkes]
role = "office"
name = "Dinas Kesehatan"
district = "Pontianak Kota"
router = { address = "10.61.7.1", snmp = "mikrotik" }
ups = "10.61.7.9"
"""


def test_snmp_exporter_is_sent_to_every_device_with_a_sort(tmp_path: Path) -> None:
    place = {"site": "dinkes", "district": "Pontianak Kota"}
    assert snmp(load(write(tmp_path, MINIMAL, OFFICE))) == [
        {"targets": ["10.61.7.1"], "labels": {**place, "device": "router", "__param_module": "mikrotik"}},
        {"targets": ["10.61.7.9"], "labels": {**place, "device": "ups", "__param_module": "ups"}},
    ]


def test_blackbox_exporter_is_sent_where_the_noc_s_agent_probes(tmp_path: Path) -> None:
    application = (
        '[applications.antrean]\nname = "A"\nurl = "https://antrean.example/"\nprobed_from = ["noc"]'
    )
    web = '[roles.noc]\nprobes = [{ kind = "tcp", target = "mqtt", address = "fd00::8", port = 8883 }]'
    groups = blackbox(load(write(tmp_path, MINIMAL, application, web)))
    assert [(*group["targets"], *group["labels"].values()) for group in groups] == [
        ("10.61.4.1", "noc", "gradasi", "icmp", "icmp"),
        ("10.61.1.1", "noc", "pop", "icmp", "icmp"),
        ("https://antrean.example/", "noc", "antrean", "http", "http_2xx"),
        ("[fd00::8]:8883", "noc", "mqtt", "tcp", "tcp_connect"),
    ]
    assert groups[0]["labels"] == {
        "site": "noc",
        "target": "gradasi",
        "probe": "icmp",
        "__param_module": "icmp",
    }


def test_a_city_without_a_noc_has_nothing_for_blackbox_exporter(tmp_path: Path) -> None:
    assert blackbox(load(write(tmp_path, MINIMAL.replace('role = "noc"', 'role = "pop"')))) == []
