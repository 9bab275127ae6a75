"""A second opinion for a person at the command line: pysnmp's own manager reads what the agent's own read."""

import asyncio
from collections.abc import Mapping, Sequence

from pyasn1.type.univ import Integer, Null, ObjectIdentifier, OctetString

from agent.net.addresses import resolve
from agent.net.allow import Allow
from agent.net.failed import Failed
from agent.probes.snmp.ber import Raw
from agent.probes.snmp.manager import Manager
from agent.probes.snmp.secrets import secret
from agent.probes.snmp.security import AUTH_IDS, PRIV_IDS
from agent.probes.snmp.texts import text
from agent.probes.snmp.values import Cells
from wire.probes import Snmp
from wire.profile import numbers
from wire.text import printable

OBJECTS = {
    "sysDescr": "1.3.6.1.2.1.1.1.0",
    "sysObjectID": "1.3.6.1.2.1.1.2.0",
    "sysUpTime": "1.3.6.1.2.1.1.3.0",
}
OPINION_SECONDS = 3.0
TRY_SECONDS = 1.0
APART_TICKS = 500
"""The largest difference between two readings of one sysUpTime, in hundredths of a second."""
MAX_ERROR = 120
NOTHING = "nothing"

Seen = Mapping[str, str | int]
"""The value of each object, text printable. An object that the device lacks is absent."""


async def second_opinion(probe: Snmp, allow: Allow) -> tuple[str, str] | None:
    """Whether pysnmp agrees, and what it saw; None where it can't be asked. Never raises."""
    try:
        keys = [secret(name).encode() if name else None for name in _files(probe)]
        address = await resolve(probe.address, allow, OPINION_SECONDS)
    except Failed:
        return None
    ours = await _ours(probe, allow)
    try:
        async with asyncio.timeout(OPINION_SECONDS):
            theirs = await _pysnmps(probe, address, keys)
    except Exception as error:  # any error of pysnmp is its opinion, and does not stop ours
        theirs = printable(f"{type(error).__name__} {error}", MAX_ERROR).strip()
    return compared(ours, theirs)


def compared(ours: Seen | str, theirs: Seen | str) -> tuple[str, str]:
    """The verdict, and a line for a person. Each reader gives its values, or the reason why it has none."""
    if isinstance(theirs, str):
        return ("pysnmp agrees" if isinstance(ours, str) else "pysnmp differs"), f"it reads nothing: {theirs}"
    if isinstance(ours, str):
        return "pysnmp differs", f"it reads {_line(theirs)}"
    odd = [name for name in OBJECTS if not _alike(name, ours.get(name), theirs.get(name))]
    if not odd:
        return "pysnmp agrees", _line(theirs)
    return "pysnmp differs", "; ".join(
        f"{name}: it reads {theirs.get(name, 'nothing')}, the agent {ours.get(name, 'nothing')}"
        for name in odd
    )


def _alike(name: str, ours: str | int | None, theirs: str | int | None) -> bool:
    if name == "sysUpTime" and isinstance(ours, int) and isinstance(theirs, int):
        return (theirs - ours + APART_TICKS) % 2**32 <= 2 * APART_TICKS
    return ours == theirs


def _line(seen: Seen) -> str:
    return ", ".join(f"{name} {value}" for name, value in seen.items()) or "none of the objects"


async def _ours(probe: Snmp, allow: Allow) -> Seen | str:
    found: Cells = {}
    try:
        async with asyncio.timeout(OPINION_SECONDS), Manager().session(probe, allow) as session:
            await session.get([numbers(oid) for oid in OBJECTS.values()], found)
    except (Failed, TimeoutError) as error:
        if not found:
            return str(error)
    cells = {name: found.get(numbers(oid)) for name, oid in OBJECTS.items()}
    return {name: _shown(raw) for name, raw in cells.items() if raw is not None}


async def _pysnmps(probe: Snmp, address: str, keys: Sequence[bytes | None]) -> Seen | str:
    """pysnmp's manager reads the objects, or says why it can not. To load it takes about a second."""
    import pysnmp.hlapi.v3arch.asyncio as pysnmp

    community, auth_key, priv_key = keys
    who = (
        pysnmp.UsmUserData(
            probe.user, auth_key, priv_key, AUTH_IDS[probe.auth], PRIV_IDS[probe.priv] if priv_key else None
        )
        if probe.user
        else pysnmp.CommunityData("pantau", community, mpModel=0 if probe.version == "1" else 1)
    )
    transport = pysnmp.Udp6TransportTarget if ":" in address else pysnmp.UdpTransportTarget
    engine = pysnmp.SnmpEngine()
    try:
        failed, status, _, variables = await pysnmp.get_cmd(
            engine,
            who,
            await transport.create((address, probe.port), TRY_SECONDS, 1),
            pysnmp.ContextData(),
            *(pysnmp.ObjectType(pysnmp.ObjectIdentity(oid)) for oid in OBJECTS.values()),
            lookupMib=False,
        )
    finally:
        engine.close_dispatcher()
    if failed or status:
        return printable(str(failed or status.prettyPrint()), MAX_ERROR)
    found = {str(oid): _raw(value) for oid, value in variables}
    return {name: _shown(raw) for name, oid in OBJECTS.items() if (raw := found.get(oid)) is not None}


def _files(probe: Snmp) -> tuple[str, str, str]:
    return probe.community_file, probe.auth_file, probe.priv_file


def _raw(value: object) -> Raw | None:
    """pysnmp's value as the agent's own reader gives it; None for noSuchObject and its like."""
    if isinstance(value, ObjectIdentifier):
        return str(value).encode()
    if isinstance(value, Integer):
        return int(value)
    if isinstance(value, Null):  # an OctetString for pyasn1
        return None
    return bytes(value) if isinstance(value, OctetString) else None


def _shown(raw: Raw) -> str | int:
    return raw if isinstance(raw, int) else text(raw)
