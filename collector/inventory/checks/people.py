"""Receivers of notices, and people to call."""

from collections.abc import Iterator

from collector.inventory.checks.draft import Draft
from collector.inventory.city import CHANNELS
from collector.inventory.problem import Problem, listed


def faults(draft: Draft) -> Iterator[Problem]:
    for id, row in draft.document.tables["receivers"].items():
        named = [channel for channel in CHANNELS if isinstance(row.values, dict) and channel in row.values]
        if len(named) != 1:
            has = " and ".join(named) if named else "no channel"
            yield draft.problem("receivers", id, "", f"has {has}; write one of {listed(CHANNELS)}")
    for id, receiver in draft.city.receivers.items():
        yield from draft.unknown_districts(("receivers", id, "match.district"), receiver.match.district)
    for id, duty in draft.city.duty.items():
        if duty.receiver:
            yield from draft.reference(("duty", id, "receiver"), duty.receiver, "receivers")
        yield from draft.unknown_districts(("duty", id, "districts"), duty.districts)
