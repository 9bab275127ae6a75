"""Receivers of notices, and people to call."""

from collections.abc import Iterator

from collector.inventory.checks.draft import Draft
from collector.inventory.city import CHANNELS
from collector.inventory.problem import Problem, listed

PACED = frozenset({"limit", "hours", "summary"})
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
    for id, duty in draft.city.duty.items():
        if duty.receiver:
            yield from draft.reference(("duty", id, "receiver"), duty.receiver, "receivers")
        yield from draft.unknown_districts(("duty", id, "districts"), duty.districts)
