"""The people on duty by HTTP, on the page, and in a terminal."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from collector.__main__ import main
from collector.duty import Shift
from collector.inventory import City
from collector.inventory.city import Duty
from collector.inventory.rostered import PersonOnDuty, Roster
from tests.collector.web.looking import status_html, words
from tests.collector.web.serving import Served, serving
from tests.fakes.city import write
from tests.fakes.played_city import PlayedCity, sample_city

WEEK = """
on duty, Thu 24-09 14:00:
    Sari  +62 812 2
    Meja NOC (Pontianak Kota)  +62 561 0
the week from then on:
    Thu 24-09 14:00 – Thu 24-09 19:00  Sari, Meja NOC (Pontianak Kota)
    Thu 24-09 19:00 – Fri 25-09 07:00  Joko, Meja NOC (Pontianak Kota)
    Fri 25-09 07:00 – Fri 25-09 19:00  Dewi, Meja NOC (Pontianak Kota)
    Fri 25-09 19:00 – Sat 26-09 07:00  Joko, Meja NOC (Pontianak Kota)
    Sat 26-09 07:00 – Sat 26-09 19:00  Sari, Meja NOC (Pontianak Kota)
    Sat 26-09 19:00 – Sun 27-09 07:00  Joko, Meja NOC (Pontianak Kota)
    Sun 27-09 07:00 – Sun 27-09 19:00  Meja NOC (Pontianak Kota)
    Sun 27-09 19:00 – Mon 28-09 07:00  Joko, Meja NOC (Pontianak Kota)
    Mon 28-09 07:00 – Mon 28-09 19:00  Sari, Meja NOC (Pontianak Kota)
    Mon 28-09 19:00 – Tue 29-09 07:00  Joko, Meja NOC (Pontianak Kota)
    Tue 29-09 07:00 – Tue 29-09 19:00  Sari, Meja NOC (Pontianak Kota)
    Tue 29-09 19:00 – Wed 30-09 07:00  Joko, Meja NOC (Pontianak Kota)
    Wed 30-09 07:00 – Wed 30-09 19:00  Sari, Meja NOC (Pontianak Kota)
    Wed 30-09 19:00 – Thu 01-10 07:00  Joko, Meja NOC (Pontianak Kota)
    Thu 01-10 07:00 – Thu 01-10 14:00  Sari, Meja NOC (Pontianak Kota)
"""


def rostered() -> City:
    """Sari by day but on Sundays, Joko by night, Dewi on one day in Sari's place."""
    duty = {
        "sari": Duty(name="Sari", phone="+62 812 2"),
        "joko": Duty(name="Joko"),
        "dewi": Duty(name="Dewi"),
        "desk": Duty(name="Meja NOC", phone="+62 561 0", districts=["Pontianak Kota"]),
    }
    workdays: list[str] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    rota = [
        msgspec.convert({"people": ["sari"], "days": workdays, "from": "07:00", "to": "19:00"}, Shift),
        Shift(people=["joko"], from_="19:00", to="07:00"),
        Shift(people=["dewi"], date=datetime(2026, 9, 25).date(), from_="07:00", to="19:00"),
    ]
    return msgspec.structs.replace(sample_city(), duty=duty, rota=rota)


@pytest.fixture(scope="module")
def city() -> PlayedCity:
    return PlayedCity(rostered())


@pytest.fixture
def web(city: PlayedCity) -> Iterator[Served]:
    with serving(Served(city.state, now=city.now)) as served:
        yield served


def roster(web: Served, query: str = "") -> Roster:
    return msgspec.json.decode(web.get(f"/api/duty{query}").body, type=Roster)


def test_the_people_on_duty_have_name_phone_and_districts(web: Served, city: PlayedCity) -> None:
    found = roster(web)
    assert found.at == city.now
    assert found.on_duty == [
        PersonOnDuty("sari", "Sari", "+62 812 2", []),
        PersonOnDuty("desk", "Meja NOC", "+62 561 0", ["Pontianak Kota"]),
    ]
    assert (found.week[0].since, found.week[-1].until) == (city.now, city.now + 7 * 86400)


def test_another_time_is_asked_for_and_an_odd_one_refused(web: Served, city: PlayedCity) -> None:
    night = roster(web, f"?at={city.now + 6 * 3600}")
    assert [one.name for one in night.on_duty] == ["Joko", "Meja NOC"]
    for odd in ("x", "nan", "inf", "-1", "1e18", ""):
        assert web.get(f"/api/duty?at={odd}").status == 422, odd


def test_the_status_page_names_the_people_without_their_phone(city: PlayedCity) -> None:
    shown = words(status_html(city))
    assert "On duty: Sari, Meja NOC (Pontianak Kota)" in shown
    assert "+62" not in shown
    assert "Petugas piket: Sari" in words(status_html(city, language="id"))
    nobody = PlayedCity(msgspec.structs.replace(sample_city(), duty={}))
    assert "On duty" not in words(status_html(nobody))


def run(web: Served, folder: Path, *arguments: str) -> int:
    write(folder / "inventory", rostered())
    file = folder / "collector.toml"
    file.write_text(f'inventory = "inventory"\n[web]\nport = {web.port}\n')
    return main(["duty", "--config", str(file), *arguments])


def test_a_terminal_shows_the_week(web: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(web, tmp_path) == 0
    assert capsys.readouterr().out == WEEK.lstrip()


def test_a_terminal_asks_about_a_local_time(
    web: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(web, tmp_path, "--at", "2026-09-25T07:00", "--json") == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)["on_duty"]] == ["Dewi", "Meja NOC"]
    for odd in ("tomorrow", "", "9999-12-31T23:59"):
        assert run(web, tmp_path, "--at", odd) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
