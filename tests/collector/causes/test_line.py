"""The devices of a link speak for power, for the line or for the router; each at its own slow pace."""

import pytest
from msgspec import structs

from collector.causes.weigh import is_power_shown
from collector.inventory.city import Medium
from tests.collector.causes.line_story import POP, SITE, LineStory, rows
from wire.report import Table

MEDIA: tuple[tuple[Medium, set[str]], ...] = (("fiber", {"port_up"}), ("radio", set()))


def test_a_dying_gasp_is_power_at_the_site() -> None:
    story = LineStory()
    story.onu(-200, up=True, cause="los")
    story.onu(100, up=False, cause="dying_gasp")
    assert set(story.clues()) == {"onu_dying_gasp"}
    assert (story.cause().cause, story.cause().confidence) == ("power_site", "likely")


def test_an_onu_that_lost_the_light_is_the_line_and_no_power() -> None:
    story = LineStory()
    story.onu(-200, up=True)
    story.onu(100, up=False, cause="los")
    assert set(story.clues()) == {"onu_los"}
    assert (story.cause().cause, story.cause().confidence) == ("link", "guess")


def test_an_onu_that_gasped_before_would_have_gasped_without_power() -> None:
    story = LineStory()
    story.onu(-200, up=True, cause="dying_gasp")
    story.onu(100, up=False, cause="los")
    assert set(story.clues()) == {"onu_los", "onu_gasped_before"}
    assert (story.cause().cause, story.cause().confidence) == ("link", "likely")


def test_a_dying_gasp_of_last_week_says_nothing_about_a_loss_of_today() -> None:
    story = LineStory()
    for at in (-500, -200, 700, 1000):
        story.onu(at, up=True, cause="dying_gasp")
    assert story.clues() == {}


def test_an_outage_between_two_readings_shows_in_the_reason_of_the_last_loss() -> None:
    story = LineStory()
    story.onu(-200, up=True, cause="los")
    story.onu(650, up=True, cause="dying_gasp")
    assert set(story.clues()) == {"onu_dying_gasp"}


def test_a_reason_that_was_not_read_before_the_loss_may_be_of_last_week() -> None:
    story = LineStory()
    story.onu(-200, up=True)
    story.onu(650, up=True, cause="dying_gasp")
    assert story.clues() == {}


def test_the_next_outage_of_the_onu_says_nothing_about_this_one() -> None:
    story = LineStory()
    story.onu(-200, up=True, cause="los")
    story.onu(640, up=False, cause="dying_gasp")
    story.onu(700, up=True, cause="dying_gasp")
    assert story.clues() == {}


def test_a_reason_that_comes_after_the_loss_of_the_onu_counts() -> None:
    story = LineStory()
    story.onu(-200, up=True)
    story.onu(10, up=False)
    assert set(story.clues()) == {"onu_down"}
    story.onu(310, up=False, cause="los")
    assert set(story.clues()) == {"onu_los"}


def test_an_onu_that_stayed_connected_points_at_the_router() -> None:
    story = LineStory()
    for at in (-200, 100, 400, 700):
        story.onu(at, up=True)
    assert set(story.clues()) == {"onu_up"}
    assert story.cause().cause == "router"


def test_a_change_of_the_onu_is_news_of_its_site_and_a_repetition_is_none() -> None:
    story = LineStory()
    story.onu(-200, up=True)
    story.memory.news.clear()
    story.onu(100, up=False, cause="dying_gasp")
    assert SITE in story.memory.news
    story.memory.news.clear()
    story.onu(400, up=False, cause="dying_gasp")
    assert SITE not in story.memory.news


def test_a_machine_that_ran_on_behind_a_dead_onu_had_a_ups() -> None:
    """Nobody polls the UPS, and the ONU has none: without its dying gasp that looked like a cut."""
    story = LineStory()
    story.onu(-200, up=True)
    for at in (-10, 300, 610):
        story.read(at, SITE, rows({"interface_up": 1}, "ether9"))
    assert story.cause().cause != "power_site"
    story.onu(100, up=False, cause="dying_gasp")
    assert "agent_ran_on" in story.clues()
    assert story.cause().cause == "power_site"


def test_a_radio_that_fades_for_minutes_is_the_link_with_its_figures() -> None:
    story = LineStory("radio")
    for at, level in (
        (-400, -62),
        (-340, -61),
        (-280, -62),
        (-220, -69),
        (-160, -76),
        (-100, -83),
        (-40, -88),
    ):
        story.signal(at, level)
    clue = story.clues()["radio_faded"]
    assert (clue.earlier, clue.later, clue.seconds) == (-62, -88, 240)
    assert (story.cause().cause, story.cause().confidence) == ("link", "likely")


def test_a_radio_that_is_silent_at_once_speaks_for_power_but_proves_none() -> None:
    story = LineStory("radio")
    for at in (-160, -100, -40):
        story.signal(at, -62)
    clues = story.clues()
    assert set(clues) == {"radio_good"}
    assert not is_power_shown(clues.values())
    assert story.cause().cause == "unknown"


def test_a_radio_that_was_always_weak_is_no_fade() -> None:
    story = LineStory("radio")
    for at in (-160, -100, -40):
        story.signal(at, -84)
    assert set(story.clues()) == {"radio_weak"}


def test_a_reading_of_long_before_says_nothing_about_the_radio() -> None:
    story = LineStory("radio")
    story.signal(-1000, -62)
    assert story.clues() == {}


def test_the_far_end_may_see_the_fade_by_the_name_of_the_site() -> None:
    story = LineStory("radio")
    for at, level in ((-160, -60), (-100, -71), (-40, -82)):
        story.read(at, POP, rows({"radio_signal_dbm": level}, "wlan3", ssid="POP-0", remote="Site-0"))
        story.read(at, POP, rows({"radio_signal_dbm": -40}, "wlan4", remote="site-2"))
    assert set(story.clues()) == {"radio_faded"}


def test_the_radio_of_a_hotspot_is_not_its_way_up() -> None:
    story = LineStory("radio")
    for at, level in ((-160, -60), (-100, -71), (-40, -82)):
        story.read(at, SITE, rows({"radio_signal_dbm": level}, "wlan2", mode="ap-bridge", ssid="site-0"))
    assert story.clues() == {}


def test_a_radio_says_nothing_about_a_fibre() -> None:
    story = LineStory("fiber")
    for at, level in ((-160, -60), (-100, -71), (-40, -82)):
        story.read(at, SITE, rows({"radio_signal_dbm": level}, "wlan1", remote=POP))
    assert story.clues() == {}


@pytest.mark.parametrize(
    "alone",
    [
        {"radio_signal_dbm": None, "radio_up": 0.0},
        {"radio_signal_dbm": -96.0},
        {"radio_frequency_hertz": 5.2e9},
    ],
)
def test_a_radio_that_ran_on_without_a_far_end_is_the_link(alone: dict[str, float | None]) -> None:
    """Some say it, some have a signal of -96 dBm, and of some the signal is missing."""
    story = LineStory("radio")
    for at in (-60, 10, 120, 240, 620):
        story.read(at, SITE, rows(alone if 0 < at < 600 else {"radio_signal_dbm": -60.0}, "radio 1"))
    assert set(story.clues()) >= {"radio_alone", "radio_good"}
    assert story.cause().cause == "link"


def test_an_access_point_with_the_name_of_its_site_is_no_link() -> None:
    story = LineStory("radio")
    for at in (-60, 10, 120, 240, 620):
        story.read(
            at, SITE, rows({"radio_up": float(not 0 < at < 600), "radio_clients": 3}, "ng 1", ssid=SITE)
        )
    assert not set(story.clues()) & {"radio_alone"}


def test_of_two_radios_that_name_nobody_nobody_knows_the_way_up() -> None:
    story = LineStory("radio")
    for at, level in ((-160, -60), (-100, -71), (-40, -82)):
        story.read(at, SITE, rows({"radio_signal_dbm": level}, "radio 1", device="sector"))
        story.read(at, SITE, rows({"radio_signal_dbm": -60}, "radio 1", device="cpe"))
    assert story.clues() == {}


def test_a_neighbour_is_no_radio() -> None:
    story = LineStory("radio")
    story.read(-60, SITE, rows({}, f"ether1 {POP}"), rows({"board_up": 1}, SITE))
    assert story.memory.sites[SITE].line is None


@pytest.mark.parametrize(("agent", "alias"), [(POP, SITE), (SITE, POP)])
def test_a_port_that_stopped_feeding_a_radio_is_the_link(agent: str, alias: str) -> None:
    """The port has its alias in the table of interfaces alone."""
    story = LineStory("radio")
    for at, fed in ((-120, 1), (-60, 1), (0, 0), (60, 0)):
        story.read(
            at,
            agent,
            rows({"interface_up": 1}, "ether5", alias=alias),
            rows({"poe_delivering": fed}, "ether5"),
        )
    clue = story.clues()["poe_off"]
    assert clue.about == agent
    assert story.cause().cause == "link"


def test_a_port_that_never_fed_a_radio_says_nothing() -> None:
    story = LineStory("radio")
    for at in (-400, -60, 0, 60):
        story.read(at, POP, rows({"poe_delivering": 0}, "ether5", alias=SITE))
    assert story.clues() == {}


def test_light_that_faded_in_hours_is_the_line() -> None:
    story = LineStory()
    for hour in range(6):
        story.onu(-200 - 3600 * (5 - hour), up=True, level=-19.0 - 1.6 * hour)
    story.onu(-200, up=True, level=-27.0)
    clue = story.clues()["light_faded"]
    assert (clue.earlier, clue.later, clue.seconds) == (-19, -27, 5 * 3600)
    assert story.cause().cause == "link"


def test_light_at_the_limit_is_a_weak_clue() -> None:
    story = LineStory()
    story.onu(-200, up=True, level=-27.4)
    assert set(story.clues()) == {"light_low"}


def test_a_site_that_saw_no_light_had_the_power_to_see_that() -> None:
    story = LineStory()
    for at in (-60, 10, 120, 240, 620):
        dark = 0 < at < 600
        values = {"optical_receive_power_dbm": None if dark else -12.0, "optical_loss_of_signal": float(dark)}
        story.read(at, SITE, rows(values, "sfp1", alias=POP))
    assert "light_lost" in story.clues()
    assert story.cause().cause == "link"


def test_the_evidence_is_the_same_a_day_later() -> None:
    story = LineStory("radio")
    for at, level in ((-400, -62), (-220, -69), (-160, -76), (-100, -83), (-40, -88)):
        story.signal(at, level)
    soon = story.clues()["radio_faded"]
    for minute in range(11, 24 * 60, 3):
        story.signal(60.0 * minute, -62.0 - minute % 2)
    assert story.clues()["radio_faded"] == soon


def test_rows_that_name_a_site_by_the_thousand_keep_a_few_levels_of_it() -> None:
    story = LineStory("radio")
    for number in range(1000):
        story.read(-60, POP, rows({"radio_signal_dbm": -60.0}, f"w{number}", remote=SITE))
    line = story.memory.sites[SITE].line
    assert line is not None
    assert len(line.signals) == 4


def test_a_second_onu_of_the_same_name_does_not_mix_with_the_first() -> None:
    story = LineStory()
    gone = rows({"onu_up": 0, "onu_last_down_dying_gasp": 1}, "0/1/9:1", period=300, description=SITE)
    for at in (-200, 100, 400, 700):
        story.onu(at, up=True)
        story.read(at, POP, gone)
    assert set(story.clues()) == {"onu_up"}


def test_an_open_outage_is_weighed_with_what_is_known_by_then() -> None:
    story = LineStory()
    story.outage = structs.replace(story.outage, ended_at=None)
    story.onu(-200, up=True, cause="los")
    assert story.cause().cause == "unknown"
    story.onu(250, up=False, cause="dying_gasp")
    assert story.cause().cause == "power_site"


def test_the_carrier_of_the_cable_to_a_radio_says_nothing_about_its_far_end() -> None:
    for medium, found in MEDIA:
        story = LineStory(medium)
        for at in (-60, 10, 70, 130):
            story.read(at, POP, rows({"interface_up": 1}, "ether5", alias=SITE))
        assert set(story.clues()) == found


def test_a_site_whose_ups_called_its_battery_low_ran_out_of_it() -> None:
    story = LineStory()
    low: dict[str, list[float | None]] = {
        "ups_on_battery_seconds": [900.0],
        "ups_battery_status_low": [1.0],
    }
    story.read(-5, SITE, Table("snmp", ["ups"], [0], low))
    assert set(story.clues()) == {"ups_spent"}
