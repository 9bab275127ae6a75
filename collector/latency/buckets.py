"""A bounded histogram of round-trip times: eight buckets a doubling, from 0.1 ms to 6 s. Pure."""

from collections.abc import Sequence
from math import log2

LEAST_SECONDS = 1e-4
STEPS_A_DOUBLING = 8
"""So a bucket is 9 % wide, and a quantile is known to 5 %."""
BUCKETS = 128
"""The first has all that is shorter than LEAST_SECONDS, the last all that is longer than 6 s."""


def bucket_of(seconds: float) -> int:
    if seconds < LEAST_SECONDS:
        return 0
    return min(1 + int(log2(seconds / LEAST_SECONDS) * STEPS_A_DOUBLING), BUCKETS - 1)


def quantile(counts: Sequence[int], share: float) -> float | None:
    """The seconds that this share of the counted round-trip times does not exceed; None of nothing."""
    total = sum(counts)
    if not total:
        return None
    wanted, below = share * total, 0
    for bucket, count in enumerate(counts):
        if count and below + count >= wanted:
            return _time_in(bucket, (wanted - below) / count)
        below += count
    return None


def _time_in(bucket: int, part: float) -> float:
    """The time at that part of the bucket, which has equal ratios, as the buckets have."""
    if not bucket:
        return LEAST_SECONDS
    return float(LEAST_SECONDS * 2 ** ((bucket - 1 + part) / STEPS_A_DOUBLING))
