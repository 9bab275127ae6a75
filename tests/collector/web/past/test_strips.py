"""A strip shows each quarter of an hour as it was measured, in shapes, figures and words."""

import re
from zoneinfo import ZoneInfo

import pytest

from collector.city.taken import Taken
from collector.incidents.paths.limits import Limit
from collector.notices.texts import Language
from collector.past import CELL_SECONDS, Past
from collector.web.pages import TEMPLATES
from collector.web.past import Strip, strips
from collector.web.words import Speaker
from tests.fakes.small_city import CITY, EXPECTED, NOW, report, table

HOUR = 3600.0
LIMITS = {"gradasi": {("icmp", "gateway"): {"icmp_loss_ratio": Limit("icmp_loss_ratio", 0.05, 300)}}}


def speaker(language: Language = "en") -> Speaker:
    return Speaker(language, ZoneInfo("Asia/Pontianak"), NOW)


@pytest.fixture
def past() -> Past:
    made = Past(NOW)
    made.adopt(EXPECTED)
    return made


def ping(past: Past, ago: float, loss: float = 0.0, agent: str = "gradasi", target: str = "gateway") -> None:
    """As long as an hour: four cells."""
    for quarter in range(4):
        values = {"icmp_loss_ratio": loss, "icmp_rtt_median_seconds": None if loss == 1 else 0.004}
        line = table("icmp", target, values, reason="timeout" if loss == 1 else "")
        at = NOW - ago + quarter * CELL_SECONDS
        past.take([Taken(agent, report(line, at=at), NOW, False, [], [])], NOW)


def gateway(past: Past) -> Strip:
    shown = strips("gradasi", past, CITY, speaker(), LIMITS)
    return next(strip for strip in shown.own if strip.name == "gateway")


def shapes(strip: Strip) -> dict[str, str]:
    return dict(strip.shapes)


def test_a_path_that_nobody_measured_is_not_green(past: Past) -> None:
    strip = gateway(past)
    assert shapes(strip) == {"none": "M0 11h97v1h-97z"}
    assert (strip.now, strip.facts) == ("none", "not measured in this time")


def test_a_strip_tells_each_state_by_a_height_of_its_own(past: Past) -> None:
    ping(past, 8 * HOUR)
    ping(past, 6 * HOUR, loss=0.2)
    ping(past, 4 * HOUR, loss=1)
    assert shapes(gateway(past)) == {
        "none": "M0 11h64v1h-64zM68 11h4v1h-4zM76 11h4v1h-4zM84 11h13v1h-13z",
        "up": "M64 8h4v4h-4z",
        "degraded": "M72 4h4v8h-4z",
        "down": "M80 0h4v12h-4z",
    }


def test_what_failed_of_a_cell_hangs_from_the_top(past: Past) -> None:
    ping(past, HOUR)
    ping(past, HOUR, loss=1)
    strip = gateway(past)
    assert shapes(strip)["down"].startswith("M92 0h1v4h-1z")
    assert shapes(strip)["up"] == "M92 8h4v4h-4z"
    assert "partly down 20:00 to 21:00" in strip.told


def test_the_figures_are_those_of_the_whole_day(past: Past) -> None:
    ping(past, 8 * HOUR)
    ping(past, 4 * HOUR, loss=1)
    strip = gateway(past)
    assert strip.facts == "50 % up, loss 50 %, 4.0 ms, at worst 4.0 ms"
    assert strip.told.startswith("not measured 18:00 to now; down 17:00 to 18:00; not measured")


def test_a_running_cell_without_a_measurement_yet_is_no_trouble(past: Past) -> None:
    for ago in range(24, 0, -1):
        ping(past, ago * HOUR)
    strip = gateway(past)
    assert (strip.now, strip.told) == ("none", "Up all the time.")


def test_a_site_shows_how_others_see_it(past: Past) -> None:
    ping(past, HOUR, agent="noc", target="gradasi")
    shown = strips("gradasi", past, CITY, speaker())
    (seen,) = shown.seen
    assert (seen.name, seen.link) == (CITY.sites["noc"].name, "/sites/noc")
    assert "up" in shapes(seen)


def test_of_many_paths_the_worst_are_shown_and_the_rest_is_counted(past: Past) -> None:
    ping(past, HOUR, target="internet", loss=1)
    shown = strips("gradasi", past, CITY, speaker(), at_most=1)
    assert [strip.name for strip in shown.own] == ["internet"]
    assert shown.own_left_out == len(EXPECTED["gradasi"]) - 1


def test_the_ticks_are_full_hours_of_the_city(past: Past) -> None:
    ticks = strips("gradasi", past, CITY, speaker()).ticks
    assert [tick.label for tick in ticks] == ["00", "03", "06", "09", "12", "15", "18", "21"]
    assert [tick.label for tick in ticks if not tick.minor] == ["00", "06", "12", "18"]
    assert ticks[0].percent == pytest.approx(100 * 12 / 97, abs=0.01)


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_partial_has_no_style_of_its_own_and_says_all_in_words(past: Past, language: Language) -> None:
    ping(past, HOUR, loss=1)
    shown, say = strips("gradasi", past, CITY, speaker(language)), speaker(language)
    html = TEMPLATES.get_template("strips.html").render(strips=shown, say=say, query="")
    assert "style=" not in html
    assert "<script" not in html
    for strip in shown.own:
        assert f"<desc>{strip.told}</desc>" in html
        assert re.search(rf"<title>{strip.name}, {strip.kind}: {strip.facts}", html)
