"""The sites, applications and providers that the city's windows cover."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec import structs

from collector.inventory import City, Link, Provider, Site, plan_of
from collector.inventory.city import Application
from collector.planned import MadeWindow, MaintenanceWindow, ended, made, moved

JAKARTA = ZoneInfo("Asia/Jakarta")
NIGHT = datetime(2026, 11, 1, 1), datetime(2026, 11, 1, 4)
CITY = City(
    name="Pontianak",
    timezone="Asia/Jakarta",
    sites={
        "noc": Site(role="noc", name="NOC", district="Kota"),
        "pop": Site(role="pop", name="POP", district="Selatan"),
        "dinkes": Site(role="office", name="Dinas Kesehatan", district="Selatan"),
        "gradasi": Site(role="hotspot", name="Gradasi", district="Barat"),
    },
    links={
        "metro": Link(from_="pop", to="noc", provider="isp-a"),
        "metro-two": Link(from_="pop", to="noc", provider="isp-b"),
        "dinkes-fiber": Link(from_="dinkes", to="pop", provider="isp-a"),
        "dinkes-lte": Link(from_="dinkes", to="internet", backup=True, provider="isp-b"),
        "gradasi-lte": Link(from_="gradasi", to="internet", backup=True, provider="isp-b"),
    },
    providers={"isp-a": Provider(name="A"), "isp-b": Provider(name="B")},
    applications={"antrean": Application(name="Antrean", url="http://a.example/", probed_from=["noc"])},
)


def at(hour: int, minute: int = 0, day: int = 1) -> float:
    return datetime(2026, 11, day, hour, minute, tzinfo=JAKARTA).timestamp()


def window(title: str = "Work", **scope: list[str]) -> MaintenanceWindow:
    return MaintenanceWindow(title=title, starts=NIGHT[0], ends=NIGHT[1], **scope)  # type: ignore[arg-type]


def covered(*windows: MaintenanceWindow, when: float | None = None) -> dict[str, str]:
    """The title at each site while the windows last."""
    plan = plan_of(structs.replace(CITY, maintenance=list(windows)))
    return dict(plan.at(at(2) if when is None else when).sites)


def test_a_window_covers_its_sites_from_its_begin_to_just_before_its_end() -> None:
    assert covered(window(sites=["pop"]), when=at(1) - 0.001) == {}
    assert covered(window(sites=["pop"]), when=at(1)) == {"pop": "Work"}
    assert covered(window(sites=["pop"]), when=at(4) - 0.001) == {"pop": "Work"}
    assert covered(window(sites=["pop"]), when=at(4)) == {}


def test_a_window_of_a_district_covers_each_site_there() -> None:
    assert covered(window(districts=["Selatan"])).keys() == {"pop", "dinkes"}


def test_a_window_of_a_link_covers_a_site_whose_only_main_link_it_is() -> None:
    assert covered(window(links=["dinkes-fiber"])).keys() == {"dinkes"}
    assert covered(window(links=["dinkes-lte"])) == {}
    assert covered(window(links=["metro"])) == {}
    assert covered(window(links=["metro", "metro-two"])).keys() == {"pop"}


def test_a_backup_counts_where_a_site_has_nothing_else() -> None:
    assert covered(window(links=["gradasi-lte"])).keys() == {"gradasi"}


def test_a_window_of_a_provider_covers_the_sites_that_hang_on_it_alone() -> None:
    assert covered(window(providers=["isp-a"])).keys() == {"dinkes"}
    assert covered(window(providers=["isp-b"])).keys() == {"gradasi"}
    assert covered(window(providers=["isp-a", "isp-b"])).keys() == {"pop", "dinkes", "gradasi"}


def test_two_windows_together_cover_what_neither_covers_alone() -> None:
    one, other = window("Core", links=["metro"]), window("Other", links=["metro-two"])
    assert covered(one, other) == {"pop": "Core"}


def test_the_first_window_that_names_a_site_gives_the_title() -> None:
    first, second = window("First", sites=["pop"]), window("Second", sites=["pop", "noc"])
    assert covered(first, second) == {"pop": "First", "noc": "Second"}


def test_a_window_of_an_application_or_a_provider_is_known_by_its_id() -> None:
    windows = [window(applications=["antrean"]), window(providers=["isp-a"])]
    now = plan_of(structs.replace(CITY, maintenance=windows)).at(at(2))
    assert (dict(now.applications), dict(now.providers)) == ({"antrean": "Work"}, {"isp-a": "Work"})


def test_the_plan_says_until_when_its_answer_holds() -> None:
    plan = plan_of(structs.replace(CITY, maintenance=[window(sites=["pop"])]))
    assert [plan.at(now).until for now in (0.0, at(1), at(3))] == [at(1), at(4), at(4)]
    assert plan.at(at(4)).until == float("inf")
    assert plan.longer(30).at(at(4)).until == at(4) + 30
    assert plan.longer(30).at(at(4, 0) + 29).sites == {"pop": "Work"}


def test_a_clock_that_is_set_back_gets_the_answer_of_that_time() -> None:
    plan = plan_of(structs.replace(CITY, maintenance=[window(sites=["pop"])]))
    assert plan.at(at(5)).sites == {}
    assert plan.at(at(2)).sites == {"pop": "Work"}
    assert plan.at(0.0).sites == {}


def at_once(hours: int = 2, **scope: list[str]) -> MadeWindow:
    starts = datetime.fromtimestamp(at(2), UTC)
    ends = datetime.fromtimestamp(at(2) + hours * 3600, UTC)
    exact = MaintenanceWindow(title="At once", starts=starts, ends=ends, **scope)  # type: ignore[arg-type]
    return made(exact, "Budi", "cli", at(2), JAKARTA)


def test_a_window_that_a_person_made_counts_beside_those_of_the_inventory() -> None:
    plan = plan_of(CITY, [at_once(sites=["pop"])])
    assert plan.at(at(3)).sites == {"pop": "At once"}
    assert at_once(sites=["pop"]).over_at == at(4)


def test_the_same_request_twice_is_one_window() -> None:
    assert at_once(sites=["pop"]).id == at_once(sites=["pop"]).id != at_once(sites=["noc"]).id


def test_a_window_that_a_person_ended_covers_nothing_from_then_on() -> None:
    over = ended(at_once(sites=["pop"]), at(3))
    plan = plan_of(CITY, [over])
    assert plan.at(at(3) - 1).sites == {"pop": "At once"}
    assert plan.at(at(3)).sites == {}
    assert ended(over, at(3, 30)) == over, "the first end stays"


def test_a_window_that_repeats_is_ended_with_all_its_later_occurrences() -> None:
    nightly = MaintenanceWindow(
        title="Nightly", starts=NIGHT[0], ends=NIGHT[1], repeat="daily", sites=["pop"]
    )
    one = made(nightly, "Budi", "cli", at(0), JAKARTA)
    assert one.over_at is None
    assert plan_of(CITY, [one]).at(at(2, day=9)).sites == {"pop": "Nightly"}
    over = ended(one, at(2))
    assert plan_of(CITY, [over]).at(at(2, day=9)).sites == {}
    assert plan_of(CITY, [over]).at(at(1, 59)).sites == {"pop": "Nightly"}


def test_a_site_that_left_the_inventory_harms_nothing() -> None:
    assert plan_of(CITY, [at_once(sites=["gone", "pop"], links=["gone"])]).at(at(3)).sites["pop"]


def test_work_that_begins_at_once_moves_with_a_clock_that_is_set() -> None:
    """A person plans it for two hours while the clock is an hour behind."""
    window = moved(at_once(sites=["pop"]), lambda at_: at_ + 3600)
    plan = plan_of(CITY, [window])
    assert plan.at(at(3) - 1).sites == {}
    assert plan.at(at(3)).sites == plan.at(at(5) - 1).sites == {"pop": "At once"}
    assert plan.at(at(5)).sites == {}
    assert (window.made_at, window.over_at) == (at(3), at(5))


def test_work_at_a_written_time_stays_there_when_the_clock_is_set() -> None:
    nightly = MaintenanceWindow(
        title="Nightly", starts=NIGHT[0], ends=NIGHT[1], repeat="daily", sites=["pop"]
    )
    one = made(nightly, "Budi", "cli", at(0), JAKARTA)
    assert moved(one, lambda at_: at_ + 3600).window == nightly
    over = moved(ended(one, at(20)), lambda at_: at_ - 24 * 3600)
    assert plan_of(CITY, [over]).at(at(2)).sites == {}, "it was ended on the day before"
    assert over.over_at == over.ended_at == at(20) - 24 * 3600
