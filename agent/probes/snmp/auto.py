"""The profiles of a poll: those that its settings name, or with "auto" those that fit the device."""

import asyncio
from collections.abc import Mapping, Sequence

from agent.net.failed import Failed
from agent.probes.snmp.recognise import (
    DESCR,
    FIRST,
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

TREES_AT_ONCE = 15
SLOW = ("timeout", "protocol")
"""Reasons of a failure that the next poll may not have."""
RECOGNISE_SECONDS = 86_400.0
"""After so long the agent looks anew who the device is: a card was put in, the firmware is another one."""


async def profiles_of(
    session: Session, probe: Snmp, until: float
) -> tuple[dict[str, Profile], Mapping[str, str]]:
    """By name, in the order of the poll; and the identity of the device, empty without "auto".

    A device that is too slow to be recognised `until` then, on the event loop's clock, is polled as before,
    or by the usual profiles; the next poll goes on. Raises Failed for an unknown name, or without an answer.
    """
    session.device.reads_by(probe.own)
    if AUTO not in probe.profiles:
        return {name: _profile(probe, name) for name in probe.profiles}, {}
    device, now = session.device, asyncio.get_running_loop().time()
    if device.recognised is None or now - device.recognised.at > RECOGNISE_SECONDS:
        try:
            async with asyncio.timeout_at(until):
                found = await _recognise(session, probe, now)
                if not found.profiles:
                    return {}, found.identity  # nothing else would ask whether the device is there
                device.recognised = found
        except (Failed, TimeoutError) as error:
            if isinstance(error, Failed) and error.reason not in SLOW:
                raise
            if not session.responsive:
                raise session.unanswered() from None
    found = device.recognised or Recognised(FIRST, {}, now)
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
    chosen = fitting(profiles, object_id, descr, await _trees(session, trees(profiles)))
    if not (chosen or object_id or descr):
        raise Failed("answer", "no profile fits this device; name one in `profiles`")
    asked = [profiles[name] for name in chosen]
    await session.get([oid for oid in identifying(asked) if oid not in cells], cells)
    who = identity(asked, object_id, cells) | {"profiles": listed(chosen)}
    session.device.trees.clear()
    return Recognised(tuple(chosen), who, now)


async def _trees(session: Session, wanted: Sequence[Oid]) -> set[Oid]:
    """Those in which the device has an object. The device's memory keeps the answers so far."""
    known = session.device.trees
    missing = [tree for tree in wanted if tree not in known]
    for start in range(0, len(missing), TREES_AT_ONCE):
        some = missing[start : start + TREES_AT_ONCE]
        walk = await session.walk(dict.fromkeys(some, 1))
        known |= {tree: bool(walk.cells[tree]) or tree in walk.cut for tree in some}
    return {tree for tree in wanted if known[tree]}
