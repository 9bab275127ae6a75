"""`pantau-agent probe snmp ADDRESS`, as a technician at a device sees it."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.agent.probes.snmp import expected
from tests.servers.recorded_device import objects, recorded_device

PROGRAM = Path(sys.executable).with_name("pantau-agent")


async def said(device: str, secrets: Path) -> str:
    """The lines of the program about a recording of tests/agent/probes/snmp/devices."""
    (secrets / "secrets_snmp").write_text("public")
    lines = (expected.DEVICES / f"{device}.snmprec").read_bytes().splitlines()
    async with recorded_device(objects(lines)) as port:
        process = await asyncio.create_subprocess_exec(
            *(PROGRAM, "probe", "snmp", "127.0.0.1", f"port={port}"),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "CREDENTIALS_DIRECTORY": str(secrets)},
        )
        output, _ = await process.communicate()
    assert process.returncode == 0, output
    return output.decode()


@pytest.mark.asyncio
async def test_the_program_names_the_device_and_shows_its_interfaces_and_radios(tmp_path: Path) -> None:
    lines = [" ".join(line.split()) for line in (await said("mikrotik-access-point", tmp_path)).splitlines()]
    assert "device MikroTik RB962UiGS-5HacT2HnT" in lines
    assert "firmware 7.16.2" in lines
    assert "voltage 24.3 V" in lines
    interfaces = lines[lines.index("interface up") :]
    assert interfaces[1] == "ether1 up"
    [radios] = [place for place, line in enumerate(lines) if line.startswith("radio ")]
    assert lines[radios + 1] == "wlan1 3 2,437 MHz -104 dBm 88 % -79 dBm WARGA"
    assert lines[radios + 2].startswith("wlan2 1 5,180 MHz -109 dBm 93 % -64 dBm BALAI-KOTA-PTP 433.3 Mbit/s")
    assert "someone" not in " ".join(lines)


@pytest.mark.asyncio
async def test_the_program_shows_why_an_onu_is_lost(tmp_path: Path) -> None:
    lines = [" ".join(line.split()) for line in (await said("zte-olt", tmp_path)).splitlines()]
    assert "device ZTE C300" in lines
    [heads] = [line for line in lines if line.startswith("onu ")]
    assert "last down" in heads
    [lost] = [line for line in lines if line.startswith("OLT-1 2 ")]
    assert "down" in lost
    assert "dying gasp" in lost.replace("_", " ")
