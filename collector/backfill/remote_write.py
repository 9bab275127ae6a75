"""Prometheus' remote write 1.0: the body of one request, and the meaning of an answer without success. Pure.

https://prometheus.io/docs/specs/prw/remote_write_spec/
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal, get_args

import cramjam
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from collector.backfill.samples import Labels, Sample

HEADERS = {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}

Reason = Literal["too_old", "out_of_order", "duplicate", "too_large", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)

_TEXTS: tuple[tuple[str, Reason], ...] = (  # of Prometheus, Thanos and Mimir
    ("too old", "too_old"),
    ("too-old", "too_old"),
    ("out of bounds", "too_old"),
    ("out of order", "out_of_order"),
    ("out-of-order", "out_of_order"),
    ("duplicate", "duplicate"),
)
_LIMITS = ("series limit", "max-series-per", "max-global-series-per")
"""Limits of the store, not faults of the samples: a person may raise them."""

_REFUSALS = (400, 409, 422)


def write_request(samples: Iterable[Sample]) -> bytes:
    """The body of one POST. The samples come in order of time, and stay so in each series."""
    by_series: dict[Labels, list[Sample]] = {}
    for sample in samples:
        by_series.setdefault(sample.labels, []).append(sample)
    message = _WriteRequest()
    for labels, of_series in by_series.items():
        series = message.timeseries.add()
        series.MergeFromString(b"".join(map(_label, labels)))
        for sample in of_series:
            series.samples.add(value=sample.value, timestamp=sample.at_ms)
    return bytes(cramjam.snappy.compress_raw(message.SerializeToString()))


@lru_cache(maxsize=10_000)
def _label(pair: tuple[str, str]) -> bytes:
    """A series with only this label. Protobuf reads messages in a row as one; few labels make many series."""
    series = _TimeSeries()
    series.labels.add(name=pair[0], value=pair[1])
    return bytes(series.SerializeToString())


def refusal(status: int, text: str) -> Reason | None:
    """Why the server refused the samples; None where the fault is elsewhere, and another attempt may help.

    Prometheus 2.42 answers 500 to a sample that is older than its out-of-order window.
    """
    if status == 413:
        return "too_large"
    if status not in (*_REFUSALS, 500):
        return None
    words = text.lower()
    if any(limit in words for limit in _LIMITS):
        return None
    known = next((reason for phrase, reason in _TEXTS if phrase in words), None)
    return known or ("other" if status in _REFUSALS else None)


def _messages(*names: str) -> list[Any]:
    """The part of prometheus/prompb/remote.proto and types.proto that we write."""
    file = FileDescriptorProto(name="remote.proto", package="prometheus", syntax="proto3")
    one, many = FieldDescriptorProto.LABEL_OPTIONAL, FieldDescriptorProto.LABEL_REPEATED
    of = FieldDescriptorProto
    for name, fields in {
        "Label": [("name", 1, of.TYPE_STRING, one, ""), ("value", 2, of.TYPE_STRING, one, "")],
        "Sample": [("value", 1, of.TYPE_DOUBLE, one, ""), ("timestamp", 2, of.TYPE_INT64, one, "")],
        "TimeSeries": [
            ("labels", 1, of.TYPE_MESSAGE, many, ".prometheus.Label"),
            ("samples", 2, of.TYPE_MESSAGE, many, ".prometheus.Sample"),
        ],
        "WriteRequest": [("timeseries", 1, of.TYPE_MESSAGE, many, ".prometheus.TimeSeries")],
    }.items():
        message = file.message_type.add(name=name)
        for field, number, type, label, type_name in fields:
            message.field.add(name=field, number=number, type=type, label=label, type_name=type_name or None)
    pool = DescriptorPool()
    pool.Add(file)
    return [GetMessageClass(pool.FindMessageTypeByName(f"prometheus.{name}")) for name in names]


_TimeSeries, _WriteRequest = _messages("TimeSeries", "WriteRequest")
