"""The profiles of a poll: those that its settings name, or with "auto" those that fit the device."""

import asyncio
from collections.abc import Mapping

from agent.net.failed import Failed
from agent.probes.snmp.recognise import (
    DESCR,
    OBJECT_ID,
    Recognised,
    fitting,
    identifying,
    identity,
    listed,
    oid_of,
    trees,
)
from agent.probes.snmp.session import Session
from agent.probes.snmp.texts import text
from agent.probes.snmp.values import Cells
from wire.probes import AUTO, Snmp
from wire.profile import Oid, Profile
from wire.profiles import builtin, known

RECOGNISE_SECONDS = 86_400.0
"""After so long the agent looks anew who the device is: a card was put in, the firmware is another one."""


async def profiles_of(
    session: Session, probe: Snmp, now: float
) -> tuple[dict[str, Profile], Mapping[str, str]]:
    """By name, in the order of the poll; and the identity of the device, empty without "auto".

    `now` is of the event loop's clock. Raises Failed where a name is unknown, or the device does not answer.
    """
    if AUTO not in probe.profiles:
        return {name: _profile(probe, name) for name in probe.profiles}, {}
    found = session.device.recognised
    if found is None or now - found.at > RECOGNISE_SECONDS:
        found = session.device.recognised = await _recognise(session, probe, now)
    names = dict.fromkeys((*found.profiles, *(name for name in probe.profiles if name != AUTO)))
    return {name: _profile(probe, name) for name in names}, found.identity


def _profile(probe: Snmp, name: str) -> Profile:
    if name in probe.own:
        return probe.own[name]
    try:
        return builtin(name)
    except KeyError:
        raise Failed("setting", f"profiles: {name!r} is unknown; known are {', '.join(known())}") from None


async def _every() -> dict[str, Profile]:
    """All profiles that ship. A small board takes some milliseconds to read one: others run in between."""
    found = {}
    for name in known():
        found[name] = builtin(name)
        await asyncio.sleep(0)
    return found


async def _recognise(session: Session, probe: Snmp, now: float) -> Recognised:
    profiles = await _every() | probe.own
    cells: Cells = {}
    await session.get([DESCR, OBJECT_ID], cells)
    object_id, descr = oid_of(cells.get(OBJECT_ID)), text(cells.get(DESCR))
    walk = await session.walk(dict.fromkeys(trees(profiles), 1))
    there: set[Oid] = {tree for tree, column in walk.cells.items() if column or tree in walk.cut}
    chosen = fitting(profiles, object_id, descr, there)
    if not (chosen or object_id or descr):
        raise Failed("answer", "no profile fits this device; name one in `profiles`")
    asked = [profiles[name] for name in chosen]
    await session.get([oid for oid in identifying(asked) if oid not in cells], cells)
    who = identity(asked, object_id, cells) | {"profiles": listed(chosen)}
    return Recognised(tuple(chosen), who, now)
