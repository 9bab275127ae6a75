"""Whatever happens to a city: each receiver that is told of an incident is told of its end, once."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from hypothesis import settings
from msgspec import structs

from collector.incidents import Incident, Network, Notice, Record
from collector.inventory import City, Receiver, Site
from collector.notices.route import Route
from tests.collector.incidents import test_any_history as histories
from tests.fakes.receivers import webhook

RECEIVERS: dict[str, Receiver] = {
    "all": webhook(),
    "grave": webhook(severity=["critical"]),
    "mild": webhook(severity=["warning"]),
    "pops": webhook(role=["pop"]),
    "sites": webhook(kind=["site_down"]),
    "head": webhook(kind=["agent_silent"]),
    "mayor": structs.replace(webhook(), on_call_only=True),
}


class Told(NamedTuple):
    receiver: str
    kind: str
    incident: str
    merged: tuple[str, ...]
    id: str

    def ends(self, incident: str) -> bool:
        return incident in self.merged or (self.kind == "recovered" and self.incident == incident)


class Receivers(histories.City):
    def teardown(self) -> None:
        super().teardown()
        if not hasattr(self, "city"):
            return
        told = list(letters(self.city.records, inventory(self.network)))
        assert len({(one.receiver, one.id) for one in told}) == len(told)
        for receiver in RECEIVERS:
            its = [one for one in told if one.receiver == receiver]
            first: dict[str, int] = {}
            for at, one in enumerate(its):
                if one.kind == "firing":
                    assert one.incident not in first, "told twice"
                if one.kind != "recovered":
                    first.setdefault(one.incident, at)
            for incident, at in first.items():
                ends = [end for end, one in enumerate(its) if one.ends(incident)]
                assert len(ends) == 1, (receiver, incident, its)
                assert at < ends[0]


def inventory(network: Network) -> City:
    sites = {id: Site(role=site.role, name=id, priority=site.priority) for id, site in network.sites.items()}
    return City(name="Any", sites=sites, receivers=RECEIVERS)


def letters(records: list[Record], city: City) -> Iterator[Told]:
    """As the watch routes what is decided together."""
    route = Route()
    for _, together in groupby(records, key=lambda record: record.at):
        changed: dict[str, Incident] = {}
        for record in together:
            changed[record.incident.id] = record.incident
            if isinstance(record, Notice):
                for name in route.of(record, city):
                    yield Told(name, record.kind, record.incident.id, record.merged, record.id)
        for incident in changed.values():
            for name in route.newly(incident, city, record.at):
                yield Told(name, "firing", incident.id, (), f"{incident.id}-{incident.notices}")


TestReceivers = Receivers.TestCase
TestReceivers.settings = settings(histories.TestCity.settings, max_examples=50)
