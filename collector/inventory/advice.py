"""`pantau-collector check` warns of settings that are allowed and probably a mistake; it refuses none."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from msgspec.structs import asdict

from collector.inventory.checks.addresses import refused
from collector.inventory.city import CHANNELS, City, Receiver
from collector.inventory.covered import plan_of
from collector.inventory.document import sorted_out
from collector.inventory.encodings import in_code_page
from collector.inventory.load import load
from collector.inventory.rostered import on_call_advice
from collector.inventory.topology import Topology
from runtime.files.reading import data
from wire.probes import address

NOTHING_OUTSIDE = (
    "has no address outside the city, so nobody would see a provider's outage; name one or two addresses"
)
COVERS_NOTHING = "covers no site: each has another main link, or these are backups; name the sites"


def check(path: Path) -> list[str]:
    """Return the warnings, then one line that the inventory is good. Raises BadInventory."""
    city = load(path)
    counts = f"sites {len(city.sites)}, links {len(city.links)}, applications {len(city.applications)}"
    return [*(f"warning: {line}" for line in warnings(path, city)), f"{path}: good: {counts}"]


def warnings(path: Path, city: City) -> Iterator[str]:
    """The warnings about the city of this file or folder, one line each."""
    yield from _unread(path)
    yield from _guessed(path)
    yield from advice(city)
    yield from _missing_secrets(city)


def advice(city: City) -> Iterator[str]:
    """The warnings, one line each: the key, its consequence, the remedy. Pure."""
    topology = Topology(city.sites, city.links)
    roles = {site.role for site in city.sites.values()}
    if "noc" not in roles:
        yield "sites: none has role 'noc', so no agent watches the city as a whole; give one site that role"
    if not city.internet.outside:
        yield f"city.internet: {NOTHING_OUTSIDE}"
    yield from _lone_targets(city)
    if not city.receivers:
        yield "receivers: there is none, so nobody gets a notice of an outage; add [receivers.X]"
    yield from on_call_advice(city)
    for id, site in city.sites.items():
        if site.role != "noc" and not topology.uplinks[id]:
            yield f"sites.{id}: no link leads up from it, so no other outage explains its own; add one"
    for id, application in city.applications.items():
        if not {*roles, *city.sites} & {*application.probed_from}:
            yield f"applications.{id}.probed_from: no site has such a role yet, so nobody probes it"
    yield from _work_on_nothing(city)
    for key, host in _probed(city):
        if what := refused(host):
            yield f"{key}: {host} {what}, but for those that list it in their [allow]"


def _lone_targets(city: City) -> Iterator[str]:
    """A plain list has one ring, and no path of it is told from another's."""
    rings = Counter(target.ring for target in city.internet.targets)
    for ring, count in rings.items():
        if len(rings) > 1 and count == 1:
            yield f"city.internet.{ring}: has one address, so its failure looks like a lost path; name two"


def _work_on_nothing(city: City) -> Iterator[str]:
    plan = plan_of(city)
    for number, work in enumerate(plan.work):
        if not (plan.sites_of(work) or work.applications or work.providers):
            yield f"maintenance[{number}]: {work.window.title!r} {COVERS_NOTHING}"


def _probed(city: City) -> Iterator[tuple[str, str]]:
    """The key and host of each probe with a free address. Other checks cover routers and devices."""
    yield from (("city.internet", target.address) for target in city.internet.targets)
    yield from (("city.resolvers", address) for address in city.resolvers)
    for id, application in city.applications.items():
        yield f"applications.{id}.url", _host(application.url)
    for table, profiles in (("roles", city.roles), ("sites", city.sites)):
        for id, profile in profiles.items():
            for number, probe in enumerate(profile.probes):
                where = address(probe)
                yield f"{table}.{id}.probes[{number}]", _host(where) if "://" in where else where


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _unread(path: Path) -> Iterator[str]:
    """Files that a person may take for a part of the inventory."""
    _, _, others = sorted_out(path) if path.is_dir() else ([], [], [])
    for file in others:
        yield f"{file.name}: is not read; spreadsheets are saved as sites.csv, links.csv and devices.csv"


def _guessed(path: Path) -> Iterator[str]:
    """Sheets whose encoding is a guess: a file does not name its code page."""
    _, sheets, _ = sorted_out(path if path.is_dir() else path.parent)
    for sheet in sheets:
        if in_code_page(data(sheet)):
            remedy = "save it as CSV in UTF-8 if a name looks wrong"
            yield f"{sheet.name}: is read as Windows' code page 1252; {remedy}"


def _missing_secrets(city: City) -> Iterator[str]:
    for id, receiver in city.receivers.items():
        for file in _files(receiver):
            if not Path(file).is_file():
                remedy = "write the secret into it, readable by pantau only"
                yield f"receivers.{id}: {file} is not there; {remedy}"


def _files(receiver: Receiver) -> Iterator[str]:
    """The files that its channel's settings name, in keys that end in _file."""
    for channel in CHANNELS:
        settings = getattr(receiver, channel)
        for key, value in asdict(settings).items() if settings else ():
            if key.endswith("_file") and value:
                yield value
