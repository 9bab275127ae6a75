"""What should not have become of a measurement, once everything has drained: one sentence each."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from agent.clock import AGREEMENT_SECONDS, MAX_ERROR_SECONDS
from agent.spool import SpoolLedger
from collector.city.state import fresh_seconds
from collector.city.taken import Taken
from collector.streams.marks import Marks
from tests.simulation.oracle import DAMAGED, IN_MEMORY, SWORN, Oracle, numbers
from wire.report import Report

SLACK_SECONDS = 0.5  # a boot clock drifts, and an offset may be some hours old
WRONG_AT_MOST_SECONDS = {
    "collector": MAX_ERROR_SECONDS + SLACK_SECONDS,
    "ntp": MAX_ERROR_SECONDS + AGREEMENT_SECONDS + SLACK_SECONDS,
}

LASTING = {"spool_damaged", "clock_disagrees"}
"""Until the next start; and as long as the kernel swears to a wrong time."""


class Drained(NamedTuple):
    """An agent at the end."""

    agent: str
    box: str
    held_reports: int
    ledger: dict[str, SpoolLedger]
    conditions: set[str]


@dataclass
class Account:
    """Of one stream, in measurements, but `unknown` in reports."""

    stored: int = 0
    lost: int = 0
    unknown: int = 0


class Decisions:
    """What the stored reports decide, each seq once, by what came first."""

    def __init__(self, stored: list[Taken]) -> None:
        self.dropped: dict[tuple[str, str, int], int | None] = {}
        self.accounts: dict[tuple[str, str], Account] = defaultdict(Account)
        self.highest: dict[tuple[str, str], int] = {}
        self.stored_again: list[tuple[str, int]] = []
        self._decided: set[tuple[str, str, int]] = set()
        for one in stored:
            self._take(one.agent, one.report)

    def _take(self, agent: str, report: Report) -> None:
        if (agent, report.stream, report.seq) in self._decided:
            self.stored_again.append((report.stream, report.seq))
        self._decided.add((agent, report.stream, report.seq))
        self.accounts[agent, report.stream].stored += report.body.measurements()
        if report.body.previous is not None:
            self.highest[agent, report.body.previous.stream] = report.body.previous.highest
        for drop in report.body.drops:
            for seq, count in enumerate(drop.counts, drop.first):
                self._drop((agent, drop.stream, seq), count)

    def _drop(self, report: tuple[str, str, int], count: int | None) -> None:
        if report in self._decided:
            return
        self._decided.add(report)
        self.dropped[report] = count
        account = self.accounts[report[0], report[1]]
        account.lost += count or 0
        account.unknown += count is None


def complaints(oracle: Oracle, boxes: list[Drained], marks: list[Marks]) -> Iterator[str]:
    yield from oracle.complaints
    decisions = Decisions(oracle.stored)
    yield from (f"{box.box} still holds {box.held_reports} reports" for box in boxes if box.held_reports)
    yield from (f"{stream[:4]}/{seq} is stored again" for stream, seq in decisions.stored_again)
    for box in boxes:
        for condition in box.conditions - LASTING:
            yield f"{box.box} still says {condition}"
    if oracle.doubled != (doubled := _doubled(boxes)):
        yield f"the collector told that {oracle.doubled} are two, and not {doubled}"
    yield from _fates(oracle, decisions)
    yield from _times(oracle)
    yield from _collectors_ledger(decisions, marks)
    yield from _agents_ledgers(oracle, decisions, boxes)


def _doubled(boxes: list[Drained]) -> set[str]:
    agents = Counter(box.agent for box in boxes)
    return {agent for agent, count in agents.items() if count > 1}


def _fates(oracle: Oracle, decisions: Decisions) -> Iterator[str]:
    """Each is stored once, or counted as dropped or rejected, or excused."""
    stored = Counter(number for taken in oracle.stored for number in numbers(taken.report)[0])
    sizes = Counter((one.agent, *one.key) for one in oracle.measurements)
    for number, one in enumerate(oracle.measurements):
        report = (one.agent, *one.key)
        if stored[number] > 1:
            yield f"{one} is stored {stored[number]} times"
        elif stored[number]:
            continue
        elif report in decisions.dropped:
            if decisions.dropped[report] not in (None, sizes[report]):
                yield f"{one} is dropped among {decisions.dropped[report]}, not {sizes[report]}"
        elif not one.excuse:
            yield f"{one} is lost"
        elif one.excuse in (IN_MEMORY, SWORN) and one.key[1] <= decisions.highest.get(
            (one.agent, one.key[0]), 0
        ):
            yield f"{one} was {one.excuse}, but is said to be held, and is lost"


def _times(oracle: Oracle) -> Iterator[str]:
    for taken in oracle.stored:
        _, report, received, late, *_ = taken
        newest, (error, *others) = 0.0, oracle.errors[id(taken)]
        for one, stamp in oracle.of(report):
            newest = max(newest, one.at)
            if stamp is None and one.boot in oracle.dated:
                yield f"{one} has no time, though its boot had an answer"
            if stamp is None:
                continue
            off = min((stamp - one.at - by for by in (error, *others)), key=abs)
            if abs(off) > WRONG_AT_MOST_SECONDS[report.clock]:
                yield f"{one} is {off:+.1f} s off, by {report.clock}"
        if not newest or (stamp is not None and abs(stamp - one.at - error) > abs(off) + 1):
            continue
        beyond_fresh = received - error - newest - fresh_seconds(one.interval)
        if not late and (report.offset is None or beyond_fresh > WRONG_AT_MOST_SECONDS["ntp"]):
            yield f"{one} is not marked late at {received - error - newest:.0f} s"
        if late and report.offset is not None and beyond_fresh < -WRONG_AT_MOST_SECONDS["ntp"]:
            yield f"{one} is marked late at {received - error - newest:.0f} s"


def _collectors_ledger(decisions: Decisions, marks: list[Marks]) -> Iterator[str]:
    counted = {(one.agent, one.stream): one.ledger for one in marks}
    for (agent, stream), account in decisions.accounts.items():
        ledger = counted.get((agent, stream))
        said = ledger and Account(ledger.stored, ledger.dropped + ledger.rejected, ledger.unknown_reports)
        if said != account:
            yield f"the collector's ledger of {agent} {stream[:4]} says {said}, not {account}"


def _agents_ledgers(oracle: Oracle, decisions: Decisions, boxes: list[Drained]) -> Iterator[str]:
    """taken = stored + dropped + rejected + spooled, at the agent and across both ends."""
    excused = {one.key[0] for one in oracle.measurements if one.excuse}
    damaged = {one.key[0] for one in oracle.measurements if one.excuse == DAMAGED}
    for box in boxes:
        for stream, ledger in box.ledger.items():
            account = decisions.accounts[box.agent, stream]
            settled = ledger.acknowledged + ledger.dropped + ledger.rejected
            if ledger.taken != settled + ledger.held and stream not in damaged:
                yield f"{box.box}'s ledger of {stream[:4]} does not balance: {ledger}"
            if (
                stream not in excused
                and not account.unknown
                and ledger.taken != account.stored + account.lost
            ):
                yield f"{box.box} took {ledger.taken} in {stream[:4]}, and the collector knows of {account}"
