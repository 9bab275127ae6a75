"""devices.csv, and the table [devices]: the devices of sites on lines of their own."""

from pathlib import Path

import pytest

from collector.inventory import BadInventory, load
from collector.inventory.city import Device
from tests.collector.inventory.cities import MINIMAL, write

HEADS = "Site;Name;Address;SNMP\r\n"


def saved(folder: Path, *rows: str, toml: str = "") -> Path:
    write(folder, MINIMAL, toml)
    if rows:
        (folder / "devices.csv").write_text(HEADS + "".join(f"{row}\r\n" for row in rows))
    return folder


def told(path: Path) -> list[str]:
    with pytest.raises(BadInventory) as caught:
        load(path)
    return str(caught.value).splitlines()


def test_each_line_is_a_device_of_its_site(tmp_path: Path) -> None:
    city = load(saved(tmp_path, "pop;radio-barat;10.61.1.7;mikrotik", "pop;cam;10.61.1.8;", ";;;"))
    assert city.sites["pop"].devices == {
        "radio-barat": Device(address="10.61.1.7", snmp="mikrotik"),
        "cam": Device(address="10.61.1.8"),
    }


def test_it_adds_to_the_devices_that_stand_at_the_site(tmp_path: Path) -> None:
    site = 'kota = { role = "office", name = "Kota", devices = { a = { address = "10.61.5.2" } } }'
    folder = saved(tmp_path, "kota;b;10.61.5.3;", toml="")
    (folder / "kota.toml").write_text(f"[sites]\n{site}\n")
    assert sorted(load(folder).sites["kota"].devices) == ["a", "b"]


def test_a_device_called_router_or_ups_is_that_of_the_site(tmp_path: Path) -> None:
    folder = saved(tmp_path, "kota;router;10.61.5.1;mikrotik", "kota;ups;10.61.5.9;")
    (folder / "kota.toml").write_text('[sites]\nkota = { role = "office", name = "Kota" }\n')
    site = load(folder).sites["kota"]
    assert (site.router, site.ups) == ("10.61.5.1", "10.61.5.9")
    assert site.devices["ups"] == Device(address="10.61.5.9", snmp="ups")
    assert site.devices["router"] == Device(address="10.61.5.1", snmp="mikrotik")


def test_toml_has_the_same_table(tmp_path: Path) -> None:
    city = load(saved(tmp_path, toml='[devices]\n"pop/cam" = { address = "10.61.1.8" }'))
    assert city.sites["pop"].devices == {"cam": Device(address="10.61.1.8")}


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("pops;cam;10.61.1.8;", "devices.pops/cam: 'pops' is not in [sites]; add it there, or correct it"),
        (
            "pop;cam;10.61.1.8;mikrotic",
            "devices.pop/cam.snmp: 'mikrotic' is neither in [snmp] nor auto, auto-ups, mikrotik",
        ),
        ("pop;cam;10611008;", "devices.pop/cam.address: '10611008' is no IP address"),
        ("pop;Cam 1;10.61.1.8;", "devices.pop/Cam 1: 'Cam 1': write a name of at most 64 of a-z"),
        ("pop;router;10.61.1.2;", "devices.pop/router: stands at sites.pop too; keep one of them"),
        ("pop;cam;;", "devices.pop/cam.address: is missing; write it"),
        ("pop;;10.61.1.8;", "devices: has no name; write one"),
        (";cam;10.61.1.8;", "devices: has no site; write one"),
        ("pop;cam;127.0.0.1;", "devices.pop/cam.address: '127.0.0.1' is loopback"),
    ],
)
def test_a_fault_is_one_line_of_the_sheet(tmp_path: Path, row: str, line: str) -> None:
    (found,) = told(saved(tmp_path, "pop;other;10.61.1.99;", row))
    assert found.startswith(f"devices.csv:3: {line}")


def test_a_device_twice_is_a_fault(tmp_path: Path) -> None:
    assert told(saved(tmp_path, "pop;cam;10.61.1.8;", "pop;cam;10.61.1.9;")) == [
        "devices.csv:3: devices.pop/cam: stands in devices.csv:2 too; keep one of them"
    ]


def test_a_router_that_two_sites_have_is_named_on_its_line(tmp_path: Path) -> None:
    folder = saved(tmp_path, "kota;router;10.61.1.1;")
    kota = '[sites]\nkota = { role = "pop", name = "K" }\n[links]\nk = { from = "kota", to = "noc" }'
    (folder / "kota.toml").write_text(kota)
    (line,) = told(folder)
    assert line.startswith("devices.csv:2: devices.kota/router.address: '10.61.1.1' is the router of pop too")


@pytest.mark.parametrize(
    ("toml", "line"),
    [
        ("[devices.pop]\ncam = { address = '10.61.1.8' }", "devices.pop.cam: no such key"),
        ("[devices]\npop = { address = '10.61.1.8' }", 'devices.pop: a device\'s key is "SITE/NAME"'),
        ("[devices]\n'pop/cam' = '10.61.1.8'", "devices.pop/cam: '10.61.1.8' is no table"),
    ],
)
def test_a_key_without_its_site_is_told_how_to_be_written(tmp_path: Path, toml: str, line: str) -> None:
    assert any(one.startswith(f"city.toml: {line}") for one in told(saved(tmp_path, toml=toml)))
