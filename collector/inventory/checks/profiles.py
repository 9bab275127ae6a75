"""The settings of sites: known roles, known metrics, free target names, devices that agents can poll."""

import re
from collections.abc import Iterator, Sequence
from typing import get_args

import msgspec
from msgspec.structs import asdict

from collector.inventory.checks.draft import Draft
from collector.inventory.city import Role, WatchSettings
from collector.inventory.limits import LIMITABLE, is_logarithmic
from collector.inventory.polling import BUILTIN
from collector.inventory.problem import Problem, listed, nearest
from collector.inventory.targets import is_reserved
from wire.probes import AUTO, PROFILE_NAME, Snmp
from wire.profile_faults import faults as profile_faults
from wire.profiles import known

OWN_AT_MOST = 16
"""So many profiles of the city's own may go with a poll by auto; 16 more may be named (wire.probes.Snmp)."""
LARGEST_BYTES = 32 * 1024


def faults(draft: Draft) -> Iterator[Problem]:
    for id in draft.written("roles"):
        if id not in get_args(Role):
            remedy = nearest(id, get_args(Role), f"the roles are {listed(get_args(Role))}")
            yield draft.problem("roles", id, "", f"{id!r} is no role; {remedy}")
    taken = {*draft.written("sites"), *draft.written("applications")}
    for table, profiles in (("roles", draft.city.roles), ("sites", draft.city.sites)):
        for id, profile in profiles.items():
            yield from _limits(draft, table, id, profile)
            yield from _probes(draft, table, id, profile, taken)
    yield from _polling(draft)
    yield from _own(draft)


def _limits(draft: Draft, table: str, id: str, profile: WatchSettings) -> Iterator[Problem]:
    for name, limit in profile.limits.items():
        if name not in LIMITABLE:
            remedy = nearest(name, LIMITABLE, f"limits are for {listed(LIMITABLE)}")
            yield draft.problem(table, id, f"limits.{name}", f"{name!r} can have no limit; {remedy}")
        elif what := _never(name, limit):
            yield draft.problem(table, id, f"limits.{name}", what)


def _never(name: str, limit: float) -> str:
    """The trouble with a limit that no value can have; "" of any other."""
    if name.endswith("_ratio") and limit > 1:
        return f"{limit:g} is above 1, which no ratio is; write {limit / 100:g} for {limit:g} %"
    if name.endswith("_dbm") and limit > 0:
        return f"{limit:g} dBm is more than any receiver gets; write -{limit:g}"
    if limit < 0 and not is_logarithmic(name):
        return f"{limit:g} is below 0, which this value never is; write {-limit:g}"
    return ""


def _probes(draft: Draft, table: str, id: str, profile: WatchSettings, taken: set[str]) -> Iterator[Problem]:
    seen = set()
    for number, probe in enumerate(profile.probes):
        key = f"probes[{number}].target"
        if is_reserved(probe.target) or probe.target in taken:
            yield draft.problem(table, id, key, f"{probe.target!r} is a target already; choose another name")
        elif (type(probe), probe.target) in seen:
            what = f"a second probe of one kind on {probe.target!r}; rename its target"
            yield draft.problem(table, id, key, what)
        seen.add((type(probe), probe.target))


def _polling(draft: Draft) -> Iterator[Problem]:
    for id, site in draft.city.sites.items():
        for name, device in site.devices.items():
            if device.snmp:
                at = ("sites", id, f"devices.{name}.snmp")
                also = (*BUILTIN, *draft.document.profiles)
                yield from draft.reference(at, device.snmp, "snmp", also=also)
    for id, polling in draft.city.snmp.items():
        yield from _profile_names(draft, id, polling.profiles)
        try:
            Snmp(target="device", address="device", **asdict(polling))
        except ValueError as error:
            yield draft.problem("snmp", id, "", str(error))


def _profile_names(draft: Draft, id: str, names: Sequence[str]) -> Iterator[Problem]:
    every = sorted({AUTO, *known(), *draft.document.profiles})
    for name in names:
        if name not in every:
            remedy = nearest(name, every, "`docs/devices.md` lists them; or write profiles/NAME.toml")
            yield draft.problem("snmp", id, "profiles", f"{name!r} is no profile; {remedy}")


def _own(draft: Draft) -> Iterator[Problem]:
    known_by_match = [name for name, profile in draft.city.profiles.items() if profile.match]
    if len(known_by_match) > OWN_AT_MOST:
        what = (
            f"{len(known_by_match)} profiles have a [match], at most {OWN_AT_MOST} may; join some in one file"
        )
        yield Problem("profiles", "", what)
    for name, row in draft.document.profiles.items():
        if name in BUILTIN and name not in known():
            yield Problem(row.file, "", f"{name} is a sort of device already; choose another name")
        if len(msgspec.json.encode(draft.city.profiles[name])) > LARGEST_BYTES:
            what = f"is larger than {LARGEST_BYTES // 1024} KiB, and goes to each agent; make two files of it"
            yield Problem(row.file, "", what)
        if not re.fullmatch(PROFILE_NAME, name):
            what = "name the file in small letters, digits and -, at most 32, as in genset.toml"
            yield Problem(row.file, "", what)
        for fault in profile_faults(draft.city.profiles[name]):
            yield Problem(row.file, fault.key, fault.what)
