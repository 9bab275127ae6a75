"""The notices of an incident are replayed by HTTP and on the terminal, and sent to nobody."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from collector.__main__ import main
from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import PlayedCity, sample_city
from tests.fakes.receivers import webhook
from tests.free_ports import LOOPBACK


@cache
def outage() -> PlayedCity:
    played = PlayedCity(msgspec.structs.replace(sample_city(), receivers={"desk": webhook()}))
    played.run(40)
    played.cut.add("camat-utara")
    played.run(80)
    return played


@pytest.fixture
def city() -> PlayedCity:
    return outage().copy()


@pytest.fixture
def web(city: PlayedCity) -> Iterator[Served]:
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        yield served


@pytest.fixture
def configuration(web: Served, tmp_path: Path) -> Path:
    (tmp_path / "inventory.toml").write_text(
        '[city]\nname = "P"\n[sites]\nnoc = { role = "noc", name = "N" }\n'
    )
    file = tmp_path / "collector.toml"
    file.write_text(
        f'inventory = "{tmp_path / "inventory.toml"}"\n[web]\nhost = "{LOOPBACK}"\nport = {web.port}\n'
    )
    return file


def replay(configuration: Path, *arguments: str) -> int:
    return main(["notices", "--config", str(configuration), *arguments])


def test_the_terminal_shows_the_text(
    configuration: Path, city: PlayedCity, capsys: pytest.CaptureFixture[str]
) -> None:
    (incident,) = city.watch.incidents.open()
    assert replay(configuration, "--for", "desk", "--replay", f"#{incident.id}") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{incident.id} to receivers.desk: it gets"
    assert lines[2].endswith("  firing")
    assert lines[3] == "    🔴 DOWN: Kantor Camat Pontianak Utara"
    assert replay(configuration, "--for", "desk", "--replay", incident.id, "--json") == 0
    assert json.loads(capsys.readouterr().out)["notices"][0]["kind"] == "firing"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--for", "desk", "--replay", "none2345"], "no incident none2345; see /api/incidents"),
        (["--for", "desk"], "--for and --replay go together: notices --for RECEIVER --replay INCIDENT"),
        (["--for", "desk", "--replay", "a/b"], "'a/b' is no incident's id; see `pantau-collector incidents`"),
    ],
)
def test_a_wrong_question_is_answered_in_one_line(
    configuration: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert replay(configuration, *arguments) == 2
    assert capsys.readouterr().err == f"pantau-collector: {line}\n"


def test_an_unknown_receiver_gets_the_names_of_the_known_ones(web: Served, city: PlayedCity) -> None:
    (incident,) = city.watch.incidents.open()
    answer = web.get(f"/api/notices/replay?receiver=nobody&incident={incident.id}")
    assert answer.status == 404
    assert json.loads(answer.text) == {"detail": "no receiver nobody; the inventory has desk"}


def test_without_permission_nobody_reads_the_numbers_of_people(web: Served, city: PlayedCity) -> None:
    web.token = "secret"
    (incident,) = city.watch.incidents.open()
    assert web.get(f"/api/notices/replay?receiver=desk&incident={incident.id}").status == 401
