"""What to try when a request was refused: a store takes all of its samples, or says no to all. Pure."""

from collections.abc import Sequence

from collector.backfill.remote_write import Reason
from collector.backfill.samples import Labels, Sample

Refused = tuple[Sample, Reason]


class Splitting:
    """Samples, sorted by time, in parts that may pass: halves of what was refused, the newer first.

    A refused sample tells of others: what is older than one that was too old is so too, and what is older
    than one that was out of order in its series. So few requests find out about many samples.
    """

    def __init__(self, samples: Sequence[Sample], oldest_ms: float) -> None:
        """What is older than `oldest_ms` is refused without asking."""
        self.passed = 0
        self.refused: list[Refused] = []
        self._oldest_ms = oldest_ms
        self._out_of_order: dict[Labels, int] = {}
        self._parts = [samples]

    def next(self) -> Sequence[Sample]:
        """What to try now; nothing when all is decided."""
        while self._parts:
            part = [sample for sample in self._parts.pop() if not self._known(sample)]
            if part:
                return part
        return ()

    def took(self, part: Sequence[Sample]) -> None:
        self.passed += len(part)

    def refuse(self, part: Sequence[Sample], reason: Reason) -> None:
        """At least one of them was refused."""
        if len(part) > 1:
            self._parts += [part[: len(part) // 2], part[len(part) // 2 :]]
            return
        (sample,) = part
        if reason == "too_old":
            self._oldest_ms = sample.at_ms + 1
        elif reason == "out_of_order":
            self._out_of_order[sample.labels] = sample.at_ms
        self.refused.append((sample, reason))

    def _known(self, sample: Sample) -> bool:
        if sample.at_ms < self._oldest_ms:
            self.refused.append((sample, "too_old"))
        elif sample.at_ms <= self._out_of_order.get(sample.labels, -1):
            self.refused.append((sample, "out_of_order"))
        else:
            return False
        return True
