"""How full the port that carries a link was between two polls. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

LEAST_SPAN_SECONDS, MOST_SPAN_SECONDS = 45.0, 330.0
"""A mean over more time hides whether the link was idle or busy."""
POLLS_KEPT = 4
SPEED_SLACK, CONTRACT_SLACK = 1.25, 2.0
"""More octets than so many times the port's speed, or the contract, are an error of the counter.

A device may update its counters some seconds late.
"""
BITS_AN_OCTET = 8


class PortPoll(NamedTuple):
    """The counters at one time; None where unknown. `started_at` is the device's start, 0 if not known."""

    at: float
    received: float | None
    sent: float | None
    speed: float | None
    started_at: float = 0.0


class PromisedRates(NamedTuple):
    """Bits per second that the contract promises for what the port receives and for what it sends."""

    received: float | None = None
    sent: float | None = None


class PolledSpan(NamedTuple):
    """`tenths`: the busier direction's share of the link's rate, in tenths of a percent."""

    since: float
    until: float
    tenths: int


class PortPolls:
    """The last polls of one port, by whichever way they come in: live ones and those of a backlog in turn."""

    __slots__ = ("_polls", "newest")

    def __init__(self) -> None:
        self._polls: list[PortPoll] = []
        self.newest = 0.0

    def add(self, poll: PortPoll, contract: PromisedRates) -> Iterator[PolledSpan]:
        """The spans that are known with this poll: back to the poll before it, and on to the one after it."""
        if any(abs(one.at - poll.at) < LEAST_SPAN_SECONDS for one in self._polls):
            return
        before = max((one for one in self._polls if one.at < poll.at), default=None, key=_time)
        after = min((one for one in self._polls if one.at > poll.at), default=None, key=_time)
        self._keep(poll)
        for first, second in ((before, poll), (poll, after)):
            if first is not None and second is not None:
                tenths = _tenths(first, second, contract)
                if tenths is not None:
                    yield PolledSpan(first.at, second.at, tenths)

    def _keep(self, poll: PortPoll) -> None:
        """The newest stays, however many late ones come."""
        self.newest = max(self.newest, poll.at)
        self._polls.append(poll)
        if len(self._polls) > POLLS_KEPT:
            self._polls.remove(next(one for one in self._polls if one.at < self.newest))


def _time(poll: PortPoll) -> float:
    return poll.at


def _tenths(first: PortPoll, second: PortPoll, contract: PromisedRates) -> int | None:
    """None if a counter began anew in between, or if the rate of the link is not known.

    The agent sends no counter of 32 bits that may begin anew more than once between two polls.
    """
    seconds = second.at - first.at
    if seconds > MOST_SPAN_SECONDS or second.started_at > first.at:
        return None
    counters = ((first.received, second.received), (first.sent, second.sent))
    shares = []
    for (before, after), promised in zip(counters, contract, strict=True):
        if before is None or after is None:
            continue
        if after < before:
            return None
        rate, speed = (after - before) * BITS_AN_OCTET / seconds, second.speed or None
        known = [one for one in (speed, promised) if one]
        if not known:
            continue
        most = speed * SPEED_SLACK if speed else min(known) * CONTRACT_SLACK
        if rate > most:
            return None
        shares.append(rate / min(known))
    return int(max(shares) * 1000 + 0.5) if shares else None
