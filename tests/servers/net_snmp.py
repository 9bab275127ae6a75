"""net-snmp's own reader: what it reads of a device, without any MIB file and without any of our code."""

import asyncio
import os
import re
import shutil
import subprocess

from tests.free_ports import LOOPBACK

PRESENT = bool(shutil.which("snmpbulkwalk"))
OPTIONS = ("-v2c", "-c", "public", "-OnQextU", "-Cc", "-Cr40", "-t", "5")
"""Numeric names; enumerations, TimeTicks and units raw; all texts in hexadecimal; any order."""

Cells = dict[str, int | bytes]


async def walk(port: int, *trees: str) -> Cells:
    """By dotted OID, all that the device on 127.0.0.1 has below the trees."""
    cells: Cells = {}
    for tree in trees:
        process = await asyncio.create_subprocess_exec(
            *("snmpbulkwalk", *OPTIONS, f"{LOOPBACK}:{port}", tree),
            stdout=subprocess.PIPE,
            env={**os.environ, "MIBS": ""},
        )
        said, _ = await process.communicate()
        flags = re.MULTILINE | re.DOTALL
        for oid, value in re.findall(r"^\.([\d.]+) = (.*?)(?=^\.|\Z)", said.decode(), flags):
            if "No Such" not in value and "No more" not in value:
                cells[oid] = number_or_text(value.strip())
    return cells


def number_or_text(value: str) -> int | bytes:
    if value.startswith('"') or (re.fullmatch(r"([0-9A-F]{2}\s*)+", value) and " " in value):
        return bytes.fromhex(value.strip('"').replace("\n", " "))
    return int(value) if re.fullmatch(r"-?\d+", value) else value.encode()
