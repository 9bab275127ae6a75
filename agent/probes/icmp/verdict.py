"""Whether one target is up or down, out of the fates of its echoes.

Down is one lost echo and a confirm burst of n more, none of which came back; n is such that a target that
merely loses echoes, at its loss ratio of late, is called down once in a million bursts.
"""

import math
from collections import deque
from typing import Literal

from wire.probes import Reason

FALSE_DOWN = 1e-6
CONFIRM_ECHOES_MIN = 5
CONFIRM_ECHOES_MAX = 50
REPLIES_TO_BE_UP = 5
REFUSALS_TO_BE_BLIND = 5
HISTORY_SECONDS = 300.0

State = Literal["up", "down"]


class EchoVerdict:
    """`state` is None without evidence and while this machine may not send; `reason` is why it is not up.

    `since` is the sending time of the first echo that showed the state. Methods return whether it changed.
    """

    def __init__(self, period_seconds: float) -> None:
        self.state: State | None = None
        self.reason: Reason | None = None
        self.since: float | None = None
        self.confirm_echoes = 0  # of the burst, still to be sent
        self._history: deque[bool] = deque(maxlen=max(1, round(HISTORY_SECONDS / period_seconds)))
        self._answered_at = -math.inf  # sending time of the youngest echo that was answered
        self._lost = 0  # in a row, of those sent after it
        self._lost_needed = 0
        self._lost_from = 0.0
        self._lost_reason: Reason = "timeout"
        self._replies = 0  # in a row, while down
        self._replies_from = -math.inf
        self._refused = 0  # in a row

    def came_back(self, sent_at: float, confirm: bool) -> bool:
        self._answered(sent_at)
        if self.state == "down":
            if self._replies == 0:
                self._replies_from = sent_at
            self._replies += 1
            return self._replies >= REPLIES_TO_BE_UP and self._turn("up", None, self._replies_from)
        if not confirm:
            self._history.append(False)
        return self.state is None and self._turn("up", None, sent_at)

    def came_late(self, sent_at: float) -> bool:
        """The target is slow, not down; but it takes replies in time to be up again."""
        self._answered(sent_at)
        return self.state is None and self._turn("up", None, sent_at)

    def lost(self, sent_at: float, confirm: bool, reason: Reason, undecided: int) -> bool:
        """`undecided` echoes are on their way still: the burst is so much shorter."""
        self._refused = 0
        if self.state == "down":
            if sent_at > self._replies_from:
                self._replies = 0
            self.explain(reason)
            return False
        if sent_at > self._answered_at:
            if self._lost == 0:
                self._lost_from, self._lost_reason = sent_at, "timeout"
                self._lost_needed = 1 + self._confirm_echoes_needed()
            self._lost += 1
            self.explain(reason)
            if not confirm:
                missing = self._lost_needed - self._lost - undecided
                self.confirm_echoes = max(self.confirm_echoes, missing)
        if not confirm:
            self._history.append(True)
        return 0 < self._lost_needed <= self._lost and self._turn("down", self._lost_reason, self._lost_from)

    def explain(self, reason: Reason) -> None:
        """The error of a router says more than silence, also after the timeout."""
        if reason != "timeout":
            self._lost_reason = reason
            if self.state == "down":
                self.reason = reason

    def blind(self, now: float, reason: Reason) -> bool:
        """This machine may not send. If that lasts, the state of the target is unknown."""
        self._refused += 1
        known = self.state is not None
        if known and self._refused < REFUSALS_TO_BE_BLIND:
            return False
        return (known or self.reason != reason) and self._turn(None, reason, now)

    def _answered(self, sent_at: float) -> None:
        self._answered_at = max(self._answered_at, sent_at)
        self._lost = self._refused = self.confirm_echoes = 0

    def _confirm_echoes_needed(self) -> int:
        """ln 1e-6 / ln p. One echo more of either fate than were seen keeps a short history from boasting."""
        loss_ratio = (sum(self._history) + 1) / (len(self._history) + 2)
        needed = math.ceil(math.log(FALSE_DOWN) / math.log(loss_ratio))
        return min(CONFIRM_ECHOES_MAX, max(CONFIRM_ECHOES_MIN, needed))

    def _turn(self, state: State | None, reason: Reason | None, since: float) -> bool:
        self.state, self.reason, self.since = state, reason, since
        self._lost = self._replies = self.confirm_echoes = 0
        return True
