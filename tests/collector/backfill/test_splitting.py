"""What is refused is found with few requests, and costs nothing else."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from collector.backfill.remote_write import Reason
from collector.backfill.samples import Labels, Sample
from collector.backfill.splitting import Splitting


def series(number: int) -> Labels:
    return (("__name__", "up"), ("site", f"site-{number}"))


@dataclass
class Server:
    """Refuses a request whole for its first bad sample, as Prometheus does."""

    oldest_ms: float = -math.inf
    last_ms: Mapping[Labels, int] = field(default_factory=dict)  # no out-of-order window
    bad: frozenset[Sample] = frozenset()
    taken: list[Sample] = field(default_factory=list)
    requests: int = 0

    def against(self, sample: Sample) -> Iterator[Reason]:
        if sample.at_ms < self.oldest_ms:
            yield "too_old"
        if sample.at_ms < self.last_ms.get(sample.labels, 0):
            yield "out_of_order"
        if sample in self.bad:
            yield "other"

    def write(self, part: Sequence[Sample]) -> Reason | None:
        self.requests += 1
        for sample in part:
            for reason in self.against(sample):
                return reason
        self.taken += part
        return None


def deliver(server: Server, samples: Sequence[Sample], oldest_ms: float = -math.inf) -> Splitting:
    done = Splitting(samples, oldest_ms)
    while part := done.next():
        reason = server.write(part)
        if reason is None:
            done.took(part)
        else:
            done.refuse(part, reason)
    return done


numbers = st.integers(0, 3)
found = st.lists(
    st.builds(Sample, st.integers(1, 50), numbers.map(series), st.just(1.0)), max_size=60, unique=True
).map(lambda samples: sorted(samples, key=lambda sample: sample.at_ms))


@given(
    samples=found,
    oldest=st.integers(0, 60),
    last=st.dictionaries(numbers.map(series), st.integers(0, 60)),
    known=st.integers(0, 60),
    data=st.data(),
)
def test_all_passes_that_can_and_the_rest_is_refused_for_its_own_reason(
    samples: list[Sample], oldest: int, last: dict[Labels, int], known: int, data: st.DataObject
) -> None:
    bad = frozenset(data.draw(st.lists(st.sampled_from(samples), max_size=3))) if samples else frozenset()
    server = Server(oldest, last, bad)
    done = deliver(server, samples, known)
    against = {sample: {*server.against(sample)} for sample in samples}
    for sample in samples:
        if sample.at_ms < known:
            against[sample].add("too_old")
    assert Counter(server.taken) == Counter(sample for sample in samples if not against[sample])
    assert done.passed == len(server.taken)
    assert Counter(sample for sample, _ in done.refused) == Counter(
        sample for sample in samples if against[sample]
    )
    assert all(reason in against[sample] for sample, reason in done.refused)


def an_hour(sites: int) -> list[Sample]:
    return [Sample(at, series(number), 1.0) for at in range(1, 361) for number in range(sites)]


def test_an_hour_that_passes_is_one_request() -> None:
    server = Server()
    deliver(server, an_hour(10))
    assert server.requests == 1


def test_an_hour_half_of_which_is_too_old_takes_a_few_requests() -> None:
    server = Server(oldest_ms=181)
    assert deliver(server, an_hour(10)).passed == 1800
    assert server.requests < 30


def test_where_nothing_may_be_out_of_order_each_series_is_asked_for_once() -> None:
    server = Server(last_ms={series(number): 361 for number in range(10)})
    assert deliver(server, an_hour(10)).passed == 0
    assert server.requests < 60


def test_what_is_known_to_be_too_old_is_not_sent() -> None:
    server = Server()
    done = deliver(server, an_hour(1), oldest_ms=400)
    assert (server.requests, done.passed, len(done.refused)) == (0, 0, 360)
