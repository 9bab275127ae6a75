"""The body of a remote write, read back as a server does, and what the servers' answers mean."""

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.backfill.remote_write import _WriteRequest, refusal, write_request
from collector.backfill.samples import Sample

labels = st.dictionaries(
    st.from_regex(r"[a-z_]{1,8}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    min_size=1,
    max_size=5,
).map(lambda chosen: tuple(sorted(chosen.items())))
made = st.builds(Sample, st.integers(0, 2**53), labels, st.floats(allow_nan=False))


@given(st.lists(made, unique_by=lambda sample: (sample.at_ms, sample.labels)))
def test_each_series_comes_once_with_its_samples_by_time(found: list[Sample]) -> None:
    found.sort(key=lambda sample: sample.at_ms)
    message = _WriteRequest()
    message.ParseFromString(bytes(cramjam.snappy.decompress_raw(write_request(found))))
    read = [
        (tuple((label.name, label.value) for label in series.labels), list(series.samples))
        for series in message.timeseries
    ]
    assert sorted(series for series, _ in read) == sorted({sample.labels for sample in found})
    for _, of_series in read:
        times = [sample.timestamp for sample in of_series]
        assert times == sorted(times)
    assert {
        Sample(sample.timestamp, series, sample.value) for series, of_series in read for sample in of_series
    } == set(found)


@pytest.mark.parametrize(
    ("status", "text", "reason"),
    [
        (500, "too old sample", "too_old"),  # Prometheus 2.42
        (400, "too old sample", "too_old"),  # since 2.46
        (400, "out of bounds", "too_old"),
        (400, "out of order sample", "out_of_order"),
        (409, "store locally for endpoint a: conflict: out of order sample", "out_of_order"),  # Thanos
        (400, "duplicate sample for timestamp", "duplicate"),
        (400, "the sample has been rejected … (err-mimir-sample-timestamp-too-old)", "too_old"),
        (400, 'invalid label name "1"', "other"),
        (413, "", "too_large"),
        (500, "database is closed", None),
        (503, "out of order", None),
        (429, "", None),
        (401, "", None),
        (404, "404 page not found", None),
        (301, "", None),
        (400, "per-user series limit of 150000 exceeded (err-mimir-max-series-per-user)", None),
        (400, "per-metric series limit (local limit: 5) exceeded", None),
        (400, "received a series whose number of labels exceeds the limit", "other"),
    ],
)
def test_a_refusal_is_told_from_what_passes_by_itself(status: int, text: str, reason: str | None) -> None:
    assert refusal(status, text) == reason
