"""The commands about incidents, against the real web."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from collector.__main__ import main
from collector.commands.incidents import CAUSES
from collector.incidents import Cause, Incident
from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import PlayedCity, sample_city

POP, CHILD = "pop-utara", "camat-utara"


@pytest.fixture(scope="module")
def city() -> PlayedCity:
    played = PlayedCity(sample_city())
    played.run(40)
    played.cut.add(CHILD)
    played.run(80)
    return played


class Terminal:
    """It types a command and returns what the command prints."""

    def __init__(self, config: Path, web: Served, printed: pytest.CaptureFixture[str]) -> None:
        self.web = web
        self._config = config
        self._printed = printed

    def lines(self, *arguments: str, code: int = 0) -> list[str]:
        assert main([*arguments, "--config", str(self._config)]) == code
        return self._printed.readouterr().out.splitlines()

    def json(self, *arguments: str) -> Any:
        return json.loads("\n".join(self.lines(*arguments, "--json")))

    def refusal(self, *arguments: str) -> str:
        assert main([*arguments, "--config", str(self._config)]) == 2
        return self._printed.readouterr().err

    def incident(self) -> Incident:
        return next(one for one in self.web.watch.incidents.saved() if one.root == CHILD)


@pytest.fixture
def terminal(city: PlayedCity, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        config = tmp_path / "collector.toml"
        config.write_text(f"[web]\nport = {served.port}\n")
        yield Terminal(config, served, capsys)


def test_a_person_does_it_all_from_the_command_line(terminal: Terminal) -> None:
    id = terminal.incident().id
    by = ("--by", "Sari")
    assert terminal.lines("ack", f"#{id}", *by, "--note", "on my way") == [
        f"{id}: taken in hand by Sari; no more reminders"
    ]
    (again,) = terminal.lines("ack", id, "--by", "Budi")
    assert again.startswith(f"{id}: Sari has it in hand since 2026-09-24 ")
    assert again.endswith(" UTC; nothing is changed")
    assert terminal.lines("note", id, "the fuse", *by) == [f"{id}: the note is added"]
    assert terminal.lines("cause", id, "power", *by) == [f"{id}: the cause is power, by Sari"]
    same = f"{id}: the cause is power, by Sari; nothing is changed"
    assert terminal.lines("cause", id, "power", *by) == [same]
    shown = "\n".join(terminal.lines("incident", id))
    for part in (
        f"{id}  open    warning   site_down {CHILD}",
        "evidence: no answer in time, seen from pop-utara",
        f"affected: {CHILD}",
        "in hand: Sari, since ",
        "cause: power, by Sari",
        "note of Sari, ",
        "Sari (cli)  acknowledge: on my way",
        "Sari (cli)  set cause: power",
    ):
        assert part in shown
    assert terminal.lines("unack", id, "--by", "Budi & co") == [
        f"{id}: nobody has it in hand now; reminders go on"
    ]
    assert terminal.refusal("unack", id) == f"pantau-collector: nobody has incident {id} in hand\n"
    assert terminal.lines("cause", id, "unknown", *by) == [f"{id}: the cause is not known"]
    assert terminal.lines("actions")[0].endswith(f"  Sari (cli)  set cause  #{id}")
    (newest, *_) = terminal.json("incident", id)["actions"][1:]
    assert (newest["by"], newest["what"], newest["via"]) == ("Budi & co", "unacknowledge", "cli")


def test_json_is_the_answer_of_the_api(terminal: Terminal) -> None:
    id = terminal.incident().id
    assert terminal.json("incidents") == json.loads(terminal.web.get("/api/incidents").text)
    assert terminal.json("note", id, "x")["incident"]["notes"][-1]["text"] == "x"
    assert terminal.json("incident", id)["incident"]["id"] == id
    assert terminal.json("notices") == terminal.json("quarantine") == []
    assert terminal.json("notify-test") == {"all": "delivered"}
    assert terminal.json("maintenance", "list") == json.loads(terminal.web.get("/api/maintenance").text)


def test_an_incident_that_a_wider_one_took_in_names_it(terminal: Terminal, city: PlayedCity) -> None:
    city.cut.add(POP)
    city.run(60)
    terminal.web.now = city.now
    refusal = terminal.refusal("ack", terminal.incident().id)
    wider = terminal.incident().merged_into
    assert refusal.endswith(f" is a part of {wider} now, which nobody has in hand\n")
    assert f"    a part of {wider}" in terminal.lines("incident", terminal.incident().id)


def test_an_incident_that_nobody_knows_is_refused_in_one_line(terminal: Terminal) -> None:
    assert terminal.refusal("incident", "nowhere") == (
        "pantau-collector: no incident nowhere; see /api/incidents\n"
    )
    assert "is no incident's id" in terminal.refusal("note", "a/b", "x")
    assert terminal.refusal("ack", terminal.incident().id, "--by", " ").startswith("pantau-collector: by: ")


def test_each_cause_has_a_word_on_the_command_line() -> None:
    assert set(CAUSES) == {*get_args(Cause), "unknown"} - {""}
