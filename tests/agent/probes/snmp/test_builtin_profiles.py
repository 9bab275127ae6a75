"""`auto` over recordings of snmpsim-data: it names the device, and no value is beyond what can be."""

import bz2
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import pytest

from agent.probes.measurement import Row
from tests.agent.probes.snmp.by_hand import polled
from tests.servers.recorded_device import Objects, objects
from wire.metrics import CATALOGUE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("community")]

CREDIBLE = {"dbm": (-120, 40), "ratio": (0, 1), "celsius": (-40, 150), "volts": (0, 1000)}
"""By the unit at the end of a value's name."""

DEVICES = {
    "huawei-gse200m": ("Huawei", "UPS5000", "V100R001C10B003SP00"),
    "apc-8641": ("APC", "AP8641", "v6.7.2"),
    "eaton-93e-80": ("Eaton", "EATON 93E 80", "INV: 2.08.0011"),
    "eastpower-istars-swv053": ("EastPower", "EA9080", "V8.0"),
    "phoenixtec-power": ("Voltronic", "My Kert UPS", "3.6.CY504.c"),
    "vertiv-power": ("Vertiv", "Uninitialized", ""),
    "hikvision": ("Hikvision", "DS-2CD4C36FWD-AP", "V5.5.80 build 190131"),
    "geist-temperature-sensor": ("Geist", "Data Center 01 Temp Sensor", ""),
    "cisco-c3560": ("Cisco", "WS-C3560G-48TS-E", "12.2(55)SE3"),
    "cisco-n5000": ("Cisco", "N5K-C5548UP", "6.0(2)N2(3)"),
    "huawei-s5720": ("Huawei", "S5720-36C-EI-AC", "5.160 (S5720 V200R007C00SPC500)"),
    "ruijie-s5750-24gt12sfp": ("Ruijie", "S5750-24GT/12SFP", "RGOS 10.4(3)p4 Release(161753)"),
    "bdcom-s5612": ("BDCOM", "S5612", "2.1.1B Build 31318"),
    "dlink-des3200": ("D-Link", "DES-3200-18 Fast Ethernet Switch", ""),
    "ubiquiti-m5": ("Ubiquiti", "NanoStation M5", "XW.ar934x.v5.6-beta4.22359.140521.1836"),
    "h3c-e528-1": ("H3C", "E528", "5.20, Release 1513P62"),
    "arista-dcs-7150s-52-cl": (
        "Arista",
        "Arista Networks EOS version 4.20.5F running on an Arista Network",
        "",
    ),
    "XP": ("Microsoft", "Hardware: x86 Family 6 Model 9 Stepping 5 AT/AT COMPATIBLE - Sof", ""),
    "metel-poe-box": ("MeTel", "2G-2S.0.2.F-BOX-PoE (M-PoE), fw:60.7050, PoEfw:118", ""),
}


SMALL = 150_000
"""The greater recordings hold counters of thousands of interfaces."""
RECORDINGS = {
    file.name.partition(".")[0]: file
    for file in sorted((Path(str(files("snmpsim_data"))) / "data").rglob("*.snmprec*"))
}
PARTIAL = {"01", "02", "03", "aruba-7010", "aruba-7020", "network-research-squid", "nsfocus-osms"}
"""Without sysDescr, or without a maker in sysObjectID."""


def held(device: str) -> Objects:
    """Some texts of the recordings have line feeds: their further lines are no lines."""
    file = RECORDINGS[device]
    found: Objects = {}
    with (bz2.open if file.suffix == ".bz2" else open)(file, "rb") as recording:
        for line in recording:
            with suppress(ValueError):
                found |= objects([line])
    return found


async def rows_of(device: str) -> list[Row]:
    """The rows that auto reads. Each value is in the range that its unit can have."""
    rows = await polled(held(device), "auto")
    for row in rows:
        assert set(row.values) <= set(CATALOGUE)
        for name, value in row.values.items():
            least, most = CREDIBLE.get(name.rpartition("_")[2], (float("-inf"), float("inf")))
            assert least <= value <= most, f"{row.row} {name}"
    return rows


@pytest.mark.parametrize("device", DEVICES)
async def test_auto_names_the_device_and_reads_nothing_that_can_not_be(device: str) -> None:
    rows = await rows_of(device)
    identity = rows[0].info
    assert (identity["vendor"], identity["model"], identity["firmware"]) == DEVICES[device]
    assert rows[0].values["snmp_failed_profiles"] == 0


@pytest.mark.parametrize(
    "device",
    [
        name
        for name, file in RECORDINGS.items()
        if file.stat().st_size < SMALL and name not in DEVICES and name not in PARTIAL
    ],
)
async def test_auto_names_every_other_device_too(device: str) -> None:
    rows = await rows_of(device)
    assert rows[0].info["vendor"]
    assert rows[0].info["model"]
    assert rows[0].values["snmp_failed_profiles"] == 0
