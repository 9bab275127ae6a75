"""Finds the samples that a server refuses: it takes all samples of a request, or none of them. Sans-IO."""

from collections.abc import Sequence

from collector.backfill.remote_write import Reason
from collector.backfill.samples import Labels, Sample

Refused = tuple[Sample, Reason]


class Splitting:
    """Samples, sorted by time, in parts to try. A refused part comes again in halves, the newer first.

    One refused sample decides others: all samples older than one that is too old, and, in one series, all
    that are older than one out of order. So few requests decide many samples.
    """

    def __init__(self, samples: Sequence[Sample], oldest_ms: float) -> None:
        """Samples older than `oldest_ms` count as refused without a request."""
        self.passed = 0
        self.refused: list[Refused] = []
        self._oldest_ms = oldest_ms
        self._out_of_order: dict[Labels, int] = {}
        self._parts = [samples]

    def next(self) -> Sequence[Sample]:
        """The samples to try now; none when all are decided."""
        while self._parts:
            part = [sample for sample in self._parts.pop() if not self._known(sample)]
            if part:
                return part
        return ()

    def took(self, part: Sequence[Sample]) -> None:
        self.passed += len(part)

    def refuse(self, part: Sequence[Sample], reason: Reason) -> None:
        """The server refused at least one of them."""
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
