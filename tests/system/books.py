"""The books of both ends compared: what the spools say was taken, what the store says became of it."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from agent.spool import Spool, SpoolLedger
from collector.database.store import Store
from collector.streams.marks import Marks


class Account(NamedTuple):
    """Of all streams of all agents, in measurements; `wrong` says what does not add up."""

    streams: int
    taken: int
    stored: int
    answered_again: int
    wrong: list[str]


def taken(spool: Path) -> dict[str, SpoolLedger]:
    """By stream, of an agent that does not run."""
    with closing(Spool(spool, stream="f" * 16, boot="")) as opened:
        return opened.ledger()


def audit(folder: Path, agents: Iterable[str], store_file: Path) -> Account:
    """When all have delivered, nothing being too much for them, all that was taken is stored: once."""
    with closing(Store(f"sqlite:///{store_file}")) as store:
        marks = {(one.agent, one.stream): one for one in store.marks()}
    stored = sum(one.ledger.stored for one in marks.values())
    again = sum(one.ledger.duplicates for one in marks.values())
    ledgers = {
        (agent, stream): ledger
        for agent in agents
        for stream, ledger in taken(folder / agent / "spool.db").items()
    }
    wrong = [
        f"{agent}, stream {stream}: {complaint}"
        for agent, stream in ledgers.keys() | marks.keys()
        for complaint in _complaints(
            ledgers.get((agent, stream), SpoolLedger()), marks.get((agent, stream), Marks(agent, stream))
        )
    ]
    return Account(len(ledgers), sum(ledger.taken for ledger in ledgers.values()), stored, again, wrong)


def _complaints(ledger: SpoolLedger, marks: Marks) -> Iterable[str]:
    if ledger.held or ledger.acknowledged != ledger.taken:
        yield f"not all was delivered, {ledger}"
    if marks.ledger.stored != ledger.taken:
        yield f"{ledger.taken} were taken, of which the store has {marks.ledger}"
    if len(marks.decided) > 1 or marks.dropped:
        yield f"{marks.decided} were decided, of them {marks.dropped} dropped"
