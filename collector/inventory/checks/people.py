"""Receivers of notices, and people to call."""

from collections.abc import Iterator

from collector.inventory.checks.draft import Draft
from collector.inventory.city import CHANNELS, City
from collector.inventory.problem import Problem, listed

STATE_ONLY = "is an Alertmanager, which gets the state of all incidents and no notice; name another receiver"
PACED = frozenset({"limit", "hours", "summary", "on_call_only"})
"""The keys about notices as messages. An Alertmanager gets the state instead."""


def faults(draft: Draft) -> Iterator[Problem]:
    for id, row in draft.document.tables["receivers"].items():
        named = [channel for channel in CHANNELS if isinstance(row.values, dict) and channel in row.values]
        if len(named) != 1:
            has = " and ".join(named) if named else "no channel"
            yield draft.problem("receivers", id, "", f"has {has}; write one of {listed(CHANNELS)}")
    for id, receiver in draft.city.receivers.items():
        yield from draft.unknown_districts(("receivers", id, "match.district"), receiver.match.district)
        if receiver.hours.severity and not receiver.hours.days:
            what = "is empty, so these notices wait for ever; name days"
            yield draft.problem("receivers", id, "hours.days", what)
        if receiver.hours.severity and receiver.hours.from_ >= receiver.hours.to:
            what = f"{receiver.hours.to} is not after from, {receiver.hours.from_}; correct one of them"
            yield draft.problem("receivers", id, "hours.to", what)
        if receiver.alertmanager is not None:
            row = draft.document.tables["receivers"][id].values
            for key in sorted(PACED & row.keys()):
                what = "has no effect on an Alertmanager, which has its own; leave it out"
                yield draft.problem("receivers", id, key, what)
    yield from _of_duty(draft)


def _of_duty(draft: Draft) -> Iterator[Problem]:
    for id, duty in draft.city.duty.items():
        if duty.receiver:
            yield from draft.reference(("duty", id, "receiver"), duty.receiver, "receivers")
            if is_alertmanager(draft.city, duty.receiver):
                yield draft.problem("duty", id, "receiver", f"{duty.receiver!r} {STATE_ONLY}")
        yield from draft.unknown_districts(("duty", id, "districts"), duty.districts)


def is_alertmanager(city: City, receiver: str) -> bool:
    return receiver in city.receivers and city.receivers[receiver].alertmanager is not None
