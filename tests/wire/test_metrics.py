"""Each metric of the catalogue names the probe kind that it belongs to."""

from typing import get_args

import pytest

from wire.metric import AGENT, EVERY_KIND, Metric
from wire.metrics import CATALOGUE, names_of
from wire.probes import Probe

KINDS = {str(each.__struct_config__.tag) for each in get_args(Probe)}


def test_every_metric_is_of_a_probe_kind_or_of_the_agent() -> None:
    assert {metric.kind for metric in CATALOGUE.values()} == KINDS | {AGENT, EVERY_KIND}


def test_a_kind_is_read_from_the_catalogue_and_not_from_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CATALOGUE, "icmp_like", Metric("ntp", "pantau_icmp_like", "gauge", 0, "Help."))
    names_of.cache_clear()
    try:
        assert names_of("ntp") == {"icmp_like", "probe_duration_seconds"}
        assert "icmp_like" not in names_of("icmp")
    finally:
        names_of.cache_clear()


def test_a_kind_that_nobody_knows_has_a_duration_only() -> None:
    assert names_of("interface") == names_of("unheard") == {"probe_duration_seconds"}
    assert "probe_duration_seconds" not in names_of(AGENT)
