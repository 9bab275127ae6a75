"""The month in the demo's Prometheus is the truth of the script."""

from collector.inventory import load
from demo import graphs
from demo.graphs import labels, targets
from demo.script_time import ScriptTime
from demo.story import CITY, told

START = 1_790_233_200.0  # 24 September 2026, 14:00 in Pontianak
STORY = told(load(CITY), None, None, ScriptTime(START))


def test_labels_are_those_of_a_scrape() -> None:
    assert labels("up", site="a", district="") == (("__name__", "up"), ("site", "a"))


def test_each_site_has_a_way_up_or_out() -> None:
    assert dict(targets(STORY.truth, "lurah-saigon"))["uplink"] == STORY.city.sites["pop-timur"].router
    assert [name for name, _ in targets(STORY.truth, "hotspot-bank-sampah")] == ["gateway", "internet"]


def test_a_site_is_not_available_while_it_is_cut_off() -> None:
    spans = list(graphs.steady_spans(STORY.truth))
    samples = list(graphs.of_site(STORY.truth, spans, "vsat-darurat"))
    available = [one for one in samples if one.labels[0][1] == "site:pantau_available:max"]
    down = [one for one in available if not one.value]

    assert len(available) > 8000
    assert 0 < len(down) < len(available) / 20
    for one in down:
        assert not STORY.truth.serves("vsat-darurat", one.at_ms / 1000)
