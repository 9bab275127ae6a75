"""`pantau-collector topology`: through the web API of a collector whose agents report neighbours."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from collector.__main__ import main
from collector.city.state import State
from tests.collector.web.serving import Served, serving
from tests.fakes.neighbors import seeing
from tests.fakes.small_city import NOW

Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(seen: State, *more: str) -> tuple[int, str]:
        with serving(Served(seen)) as served:
            file = tmp_path / "collector.toml"
            file.write_text(f"[web]\nport = {served.port}\n")
            code = main(["topology", "--config", str(file), *more])
        return code, capsys.readouterr().out

    return asked


def test_a_check_without_differences_is_good(ask: Ask) -> None:
    code, said = ask(seeing(("noc", "gradasi-rb", "wlan1"), ("noc", "MikroTik", "ether9")), "--check")
    assert code == 0
    assert said.splitlines() == [
        "1 of 2 links between sites are confirmed; devices report 2 neighbours",
        "not seen, though a device at an end sees neighbours: dinkes-fiber",
        "not compared, since their names tell no site: MikroTik at noc",
        "differences: 0",
    ]


def test_a_check_with_a_difference_names_the_link_and_ends_with_1(ask: Ask) -> None:
    code, said = ask(seeing(("gradasi", "rtr-dinkes", "wlan1")), "--check")
    assert code == 1
    assert said.splitlines()[0] == (
        "links.gradasi-radio: nothing confirms it; gradasi, router, port wlan1: "
        "the neighbour 'rtr-dinkes' is dinkes; correct the link, or add one"
    )
    code, said = ask(seeing(("gradasi", "rtr-dinkes", "wlan1")), "--check", "--json")
    assert (code, json.loads(said)["differences"][0]["link"]) == (1, "gradasi-radio")


def test_a_neighbour_of_an_hour_ago_proves_nothing(ask: Ask) -> None:
    code, said = ask(seeing(("gradasi", "rtr-dinkes", "wlan1"), at=NOW - 3600), "--check")
    assert code == 0
    assert said.startswith("no device reports neighbours now, so nothing is compared; ")


def test_without_check_each_neighbour_is_a_line(ask: Ask) -> None:
    code, said = ask(seeing(("noc", "gradasi-rb", "wlan1"), ("noc", "gradasi-dinkes", "ether2")))
    assert code == 0
    assert [line.split() for line in said.splitlines()] == [
        ["SITE", "DEVICE", "PORT", "NEIGHBOUR", "ITS", "PORT", "IS"],
        ["noc", "router", "ether2", "gradasi-dinkes", "ether1", "?", "dinkes,", "gradasi"],
        ["noc", "router", "wlan1", "gradasi-rb", "ether1", "gradasi"],
    ]
