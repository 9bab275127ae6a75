"""A power cut of an area is one thing, with the sites that it took and those that still run."""

from collector.causes import DarkArea, dark_areas
from tests.collector.causes.stories import START, CauseStory


def areas(story: CauseStory, seconds: float) -> list[DarkArea]:
    judged = {
        outage.root: (outage, story.at(seconds, outage.root)) for outage in story.open_at(START + seconds)
    }
    return dark_areas(judged, story.places, story.memory, START + seconds)


def feeder_out(runtimes: tuple[float, ...], until: float = 4000.0) -> CauseStory:
    story = CauseStory()
    for number, runtime in enumerate(runtimes):
        story.dark(f"site-{number}", 0, until)
        story.ups(f"site-{number}", runtime)
    return story


def test_sites_join_as_their_batteries_give_out() -> None:
    story = feeder_out((300, 700, 1500, 2500))
    (area,) = areas(story, 360)
    assert (area.feeder, area.lost) == ("KP-12", ("site-0",))
    assert [one.site for one in area.on_ups] == ["site-1", "site-2", "site-3"]
    (area,) = areas(story, 760)
    assert (area.lost, area.since) == (("site-0", "site-1"), START + 300)


def test_the_ups_with_the_least_time_comes_first() -> None:
    (area,) = areas(feeder_out((300, 2500, 1500, 700)), 360)
    assert [one.site for one in area.on_ups] == ["site-3", "site-2", "site-1"]
    assert area.on_ups[0].remaining is not None
    assert 240 <= area.on_ups[0].remaining <= 400


def test_a_fibre_cut_in_the_area_does_not_join_it() -> None:
    story = feeder_out((300, 3000, 3000, 3000))
    story.cut("site-1", 600, 1200)
    (area,) = areas(story, 700)
    assert area.lost == ("site-0",)


def test_one_site_without_power_is_no_area() -> None:
    story = CauseStory()
    story.dark("site-0", 0, 2000)
    story.ups("site-0", 300)
    assert areas(story, 360) == []


def test_a_city_that_is_well_has_no_dark_area() -> None:
    assert areas(CauseStory(), 60) == []
