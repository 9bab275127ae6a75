"""Which profiles are for a device, and who it is, by its sysObjectID, sysDescr and trees. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from agent.probes.snmp.texts import MAX_NAME, cut, text
from agent.probes.snmp.values import Cells
from wire.profile import Oid, Profile, TextReading, numbers
from wire.vendors import ENTERPRISES, UNNAMED, vendor_of

DESCR, OBJECT_ID = numbers("1.3.6.1.2.1.1.1.0"), numbers("1.3.6.1.2.1.1.2.0")
FIRST = ("system", "interfaces")
"""Of these nothing may be lost if a device is too slow for all its profiles."""

EVERYBODYS = ((), (2021,), (8072,))
"""The tree of all makers, and net-snmp's, which many take: they know no device better than the standard's."""


class Recognised(NamedTuple):
    """The profiles in the order of the poll; `identity` are texts for device_identity_info. `at` is when."""

    profiles: tuple[str, ...]
    identity: Mapping[str, str]
    at: float


def trees(profiles: Mapping[str, Profile]) -> list[Oid]:
    """The trees of which the device has to say whether it has something there."""
    of = (tree for profile in profiles.values() if profile.match for tree in profile.match.trees)
    return [numbers(tree) for tree in dict.fromkeys(of)]


def fitting(profiles: Mapping[str, Profile], object_id: Oid, descr: str, there: Collection[Oid]) -> list[str]:
    """The names of the profiles that fit. Those that know the device best go first."""
    ranks = {
        name: rank
        for name, profile in profiles.items()
        if (rank := _rank(profile, object_id, descr, there)) is not None
    }
    replaced = {other for name in ranks if (match := profiles[name].match) for other in match.instead_of}
    first = [name for name in FIRST if name in ranks and name not in replaced]
    return [*first, *sorted(ranks.keys() - replaced - {*FIRST}, key=lambda name: (ranks[name], name))]


def _rank(profile: Profile, object_id: Oid, descr: str, there: Collection[Oid]) -> tuple[int, int] | None:
    """How well the profile fits, the least best; None if it does not."""
    if profile.match is None:
        return None
    prefixes = [numbers(dotted) for dotted in profile.match.object_ids]
    if fits := [len(prefix) for prefix in prefixes if object_id[: len(prefix)] == prefix]:
        return 0, -max(fits)
    if any(words.casefold() in descr.casefold() for words in profile.match.descriptions):
        return 1, 0
    found = [tree for dotted in profile.match.trees if (tree := numbers(dotted)) in there]
    if not found:
        return None
    return (
        (2, 0) if any(tree[:6] == ENTERPRISES and tree[6:7] not in EVERYBODYS for tree in found) else (3, 0)
    )


def identifying(profiles: Sequence[Profile]) -> list[Oid]:
    """The objects whose texts say who the device is."""
    return list(dict.fromkeys(numbers(reading.oid) for reading in _readings(profiles)))


def identity(profiles: Sequence[Profile], object_id: Oid, cells: Cells) -> dict[str, str]:
    """Vendor, model and firmware, each by the first profile that says it. A text that nobody gives is ""."""
    known = [profile.identity for profile in profiles if profile.identity]
    model = _first((one.model for one in known), cells) or text(cells.get(DESCR))
    vendor = next((one.vendor for one in known if one.vendor), "")
    vendor = vendor or vendor_of(object_id, text(cells.get(DESCR)))
    if not vendor or vendor.startswith(UNNAMED):
        vendor = _first((one.maker for one in known), cells) or vendor
    return {
        "vendor": vendor,
        "model": model,
        "firmware": _first((one.firmware for one in known), cells),
    }


def listed(names: Sequence[str]) -> str:
    """The profiles as a label: their families only, where a label has no room for all."""
    whole = " ".join(names)
    if len(whole) <= MAX_NAME:
        return whole
    return " ".join(dict.fromkeys(name.partition("-")[0] for name in names))[:MAX_NAME].rstrip()


def _first(of_profiles: Iterator[Sequence[TextReading]], cells: Cells) -> str:
    words = (
        cut(reading, cells.get(numbers(reading.oid))) for readings in of_profiles for reading in readings
    )
    return next(filter(None, words), "")


def _readings(profiles: Sequence[Profile]) -> Iterator[TextReading]:
    for profile in profiles:
        if profile.identity:
            yield from profile.identity.maker
            yield from profile.identity.model
            yield from profile.identity.firmware


def oid_of(raw: object) -> Oid:
    """sysObjectID as arcs; () where the device gives none."""
    words = raw.decode("ascii", "replace") if isinstance(raw, bytes) else ""
    parts = words.split(".")
    return tuple(map(int, parts)) if all(part.isascii() and part.isdigit() for part in parts) else ()
