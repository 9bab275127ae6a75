"""How long a device takes for an answer, and so how long to wait for one (RFC 6298). Pure."""

from dataclasses import dataclass

FIRST_WAIT_SECONDS = 1.0
"""Until the first answer has come."""
LEAST_WAIT_SECONDS = 0.25
MOST_WAIT_SECONDS = 15.0
LOSSY = 0.05
"""Above this share of copies without an answer, a silence says little about the request."""


@dataclass(slots=True)
class RoundTrips:
    """The smoothed time of a device's answers, how much it varies, and the share of copies without an answer.

    A request is sent again only after more than this: a slow device works off every copy, and gets slower.
    """

    seconds: float = 0.0
    variation: float = 0.0
    loss: float = 0.0

    @property
    def lossy(self) -> bool:
        return self.loss > LOSSY

    def took(self, seconds: float, lost_before: int) -> None:
        """An answer came so long after its own copy of the request; so many copies before had none."""
        self.loss += (lost_before / (lost_before + 1) - self.loss) / 16
        if not self.seconds:
            self.seconds, self.variation = seconds, seconds / 2
            return
        self.variation += (abs(seconds - self.seconds) - self.variation) / 4
        self.seconds += (seconds - self.seconds) / 8

    def waits(self, patience_seconds: float) -> list[float]:
        """The wait after each copy of a request: at least two, and every other one longer."""
        first = FIRST_WAIT_SECONDS
        if self.seconds:
            first = min(max(LEAST_WAIT_SECONDS, self.seconds + 4 * self.variation), MOST_WAIT_SECONDS)
        waits, spent = list[float](), 0.0
        while len(waits) < 2 or spent < patience_seconds:
            waits.append(first * 2 ** (len(waits) // 2))
            spent += waits[-1]
        return waits
