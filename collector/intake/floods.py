"""Senders that say more than an agent can have to say. Sans-IO: time is a parameter, by the boot clock.

An agent has 32 reports under way and waits for answers, which come in batches: some 600 messages a second at
most, while it empties its spool. Messages above the rates are not taken, and a sender that goes on is to be
denied at the broker: else the broker's queue for the collector is full, and it drops those of all others.
"""

import logging
from collections import Counter

from collector.streams.budget import Budget
from wire.topics import parse, topic

log = logging.getLogger(__name__)

MESSAGES = (5000.0, 1000.0)
"""At once, and a second."""
BYTES = (64.0 * 2**20, 16.0 * 2**20)
PATIENCE = (1000.0, 10.0)
"""Messages above the rates before a sender is denied."""
DENIED_SECONDS = 600.0
SENDERS_AT_MOST = 20_000
DENIED_AT_MOST = 1000


class SenderRate:
    """The rates of one sender."""

    __slots__ = ("bytes", "messages", "patience")

    def __init__(self) -> None:
        self.messages, self.bytes, self.patience = Budget(*MESSAGES), Budget(*BYTES), Budget(*PATIENCE)


class Floods:
    """`over_rate` counts the messages above the rates, by sender."""

    def __init__(self) -> None:
        self.over_rate: Counter[str] = Counter()
        self._rates: dict[str, SenderRate] = {}
        self._denied_until: dict[str, float] = {}

    def within(self, sender: str, size: int, now: float) -> bool:
        """Whether a message of this sender may be taken. Names without end begin the counts anew."""
        rate = self._rates.get(sender)
        if rate is None:
            if len(self._rates) >= SENDERS_AT_MOST:
                self._rates.clear()
                self.over_rate.clear()
            rate = self._rates[sender] = SenderRate()
        if rate.messages.take(1, now) and rate.bytes.take(size, now):
            return True
        self.over_rate[sender] += 1
        if not rate.patience.take(1, now):
            self._deny(sender, now)
        return False

    def denied(self, now: float) -> frozenset[str]:
        """The agents that the broker should deny, for ten minutes after the last of a flood."""
        self._denied_until = {sender: until for sender, until in self._denied_until.items() if now < until}
        return frozenset(self._denied_until)

    def _deny(self, sender: str, now: float) -> None:
        """Only a name that can be an agent's may come into the broker's ACL."""
        if sender not in self._denied_until:
            if parse(topic(sender, "report")) is None or len(self._denied_until) >= DENIED_AT_MOST:
                return
            log.error("%s floods: what it says above the rate is not taken; see to that machine", sender)
        self._denied_until[sender] = now + DENIED_SECONDS
