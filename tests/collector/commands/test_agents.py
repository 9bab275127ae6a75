"""`pantau-collector agents`: a table for a person, JSON for a program, one agent in full; worst first."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.__main__ import main
from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.authority.invitation import invite, new_secret
from collector.incidents.upkeep.look import OWN_EXPIRY
from tests.collector.web.serving import Served, serving
from tests.collector.web.signed_in import ADMIN
from tests.fakes.played_city import PlayedCity, sample_city

DAY = 86400.0


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    city = PlayedCity(sample_city())
    city.vitals["opd-bapenda"] = {OWN_EXPIRY: city.now + 3.5 * DAY}
    city.run(40)
    city.stopped.add("opd-dinkes")
    city.run(80)
    folder = AuthorityFolder(tmp_path_factory.mktemp("authority"))
    folder.save(make_ca("Pontianak", city.now))
    served = Served(city.state, now=city.now, traffic=city.traffic, authority=folder)
    with serving(served):
        secret = new_secret()
        row = ADMIN.row(city.now, "invite", "lurah-akcaya")
        served.store.authority.invite(invite("lurah-akcaya", secret, city.now, "Sari"), row)
        yield served


@pytest.fixture
def config(web: Served, tmp_path: Path) -> list[str]:
    file = tmp_path / "collector.toml"
    file.write_text(f"[web]\nport = {web.port}\n")
    return ["--config", str(file)]


def test_the_table_has_one_line_for_each_agent_worst_first(
    config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agents", *config]) == 0
    head, lost, ending, *others, total = capsys.readouterr().out.splitlines()
    assert head.split()[:5] == ["AGENT", "STATE", "HEARD", "VERSION", "CERT"]
    assert lost.split()[:2] == ["opd-dinkes", "silent"]
    assert ending.split()[0] == "opd-bapenda"
    assert len(others) == 100
    assert total.startswith("102 agents, 2 with worries; today is since ")


def test_one_agent_is_shown_in_full(config: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agents", *config, "lurah-akcaya"]) == 0
    said = capsys.readouterr().out
    assert "joining:               invited until " in said
    assert "version:               0.1.0" in said


def test_programs_get_the_same_as_json(web: Served, capsys: pytest.CaptureFixture[str]) -> None:
    entries = json.loads(web.get("/api/agents").text)
    assert [one["id"] for one in entries[:2]] == ["opd-dinkes", "opd-bapenda"]
    assert all(one["bytes_today"] > 0 for one in entries)
    invited = json.loads(web.get("/api/agents/lurah-akcaya").text)
    assert (invited["joining"], invited["invited_until"]) == ("invited", (web.now or 0) + DAY)


def test_an_unknown_agent_is_an_error_of_one_line(
    config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agents", *config, "../a b"]) == 2
    assert main(["agents", *config, "nobody"]) == 2
    assert "no agent nobody in the inventory" in capsys.readouterr().err
