"""The picture of an incident's beginning shows what was measured, and no more."""

from zoneinfo import ZoneInfo

import pytest

from collector.city.taken import Taken
from collector.incidents import Incident
from collector.notices.texts import Language
from collector.past import Past
from collector.web.pages import TEMPLATES
from collector.web.past import CoursePicture, course
from collector.web.past.course import CoursePath
from collector.web.past.scale import scale_of
from collector.web.words import Speaker
from tests.fakes.incidents import incident
from tests.fakes.small_city import CITY, EXPECTED, NOW, report, table

BEGAN = NOW - 1200
DOWN = incident("site_down", "gradasi", began_at=BEGAN, seen_by=("noc",))


@pytest.fixture
def past() -> Past:
    made = Past(NOW - 3000)
    made.adopt(EXPECTED)
    return made


def play(past: Past, until: float, agent: str = "noc", target: str = "gradasi", each: int = 10) -> None:
    """Up until the beginning and five minutes after it; a measurement each ten seconds."""
    for at in range(int(NOW - 2400), int(until), each):
        down = BEGAN <= at < BEGAN + 300
        values = {"icmp_loss_ratio": float(down), "icmp_rtt_median_seconds": None if down else 0.004}
        line = table("icmp", target, values, reason="timeout" if down else "")
        past.take([Taken(agent, report(line, at=at + 1), at + 2.0, False, [], [])], at + 2.0)


def drawn(past: Past, one: Incident = DOWN, language: Language = "en", now: float = NOW) -> CoursePicture:
    shown = course(one, None, past, CITY, speaker(language, now))
    assert shown is not None
    return shown


def speaker(language: Language = "en", now: float = NOW) -> Speaker:
    return Speaker(language, ZoneInfo("Asia/Pontianak"), now)


def path(shown: CoursePicture, name: str) -> CoursePath:
    return next(one for one in shown.paths if name in one.name)


def test_the_picture_tells_the_time_before_and_after_the_beginning(past: Past) -> None:
    play(past, NOW)
    shown = drawn(past)
    seen = path(shown, f"→ {CITY.sites['gradasi'].name}")
    assert (seen.before, seen.after) == (
        "4.0 ms, at worst 4.0 ms, loss 0 %",
        "4.0 ms, at worst 4.0 ms, loss 33 %, down for 5 min",
    )
    assert seen.bars.count("M") == 30
    assert seen.unmeasured == ""
    assert shown.began == pytest.approx(50, abs=0.5)
    assert shown.complete


def test_a_running_incident_has_no_measurements_of_the_future(past: Past) -> None:
    play(past, BEGAN + 120)
    shown = drawn(past, now=BEGAN + 120)
    seen = path(shown, "→")
    assert not shown.complete
    assert seen.unmeasured == ""
    assert seen.after.endswith("loss 100 %, down for 2 min")


def test_a_span_that_nobody_measured_is_marked(past: Past) -> None:
    play(past, NOW, "gradasi", "internet")
    for at in range(int(NOW - 2400), int(BEGAN), 10):
        line = table("icmp", "gateway", {"icmp_loss_ratio": 0.0, "icmp_rtt_median_seconds": 0.001})
        past.take([Taken("gradasi", report(line, at=at + 1), NOW, False, [], [])], NOW)
    shown = drawn(past, incident("target_down", "gateway", agent="gradasi", began_at=BEGAN))
    assert path(shown, "gateway").after == "not measured"
    assert path(shown, "gateway").unmeasured == "M90 100h91"


def test_an_incident_that_no_path_shows_has_no_picture(past: Past) -> None:
    play(past, NOW)
    blind = incident("collector_blind", "collector", began_at=BEGAN)
    assert course(blind, None, past, CITY, speaker()) is None
    assert course(incident("site_down", "dinkes", began_at=BEGAN), None, past, CITY, speaker()) is None


def test_an_incident_of_long_ago_is_shown_as_it_was_saved(past: Past) -> None:
    play(past, NOW)
    saved = past.course(DOWN)
    assert course(DOWN, saved, Past(NOW), CITY, speaker()) == drawn(past)


def test_a_wide_range_of_times_has_a_logarithmic_scale() -> None:
    scale = scale_of([0.002, 0.004, 1.5])
    assert scale.log
    assert [text for _, text in scale.labels()] == ["10 ms", "100 ms", "1.0 s"]
    assert 0 < scale.height(0.002) < scale.height(1.5) < 1


@pytest.mark.parametrize("seconds", [0.0, 0.0002, 0.004, 0.0099, 0.01, 0.5, 3.0, 60.0])
def test_a_scale_of_times_begins_at_zero_and_has_room_for_the_greatest(seconds: float) -> None:
    scale = scale_of([seconds])
    assert (scale.least, scale.log) == (0.0, False)
    assert 0 <= scale.height(seconds) < 1
    assert 1 <= len(scale.marks) <= 3


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_partial_says_in_words_what_it_draws(past: Past, language: Language) -> None:
    play(past, NOW)
    shown = drawn(past, language=language)
    html = TEMPLATES.get_template("course.html").render(course=shown, say=speaker(language), query="")
    assert "style=" not in html
    assert all(f"<dd>{one.before}</dd>" in html and f"<dd>{one.after}</dd>" in html for one in shown.paths)
