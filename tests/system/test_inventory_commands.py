"""`pantau-collector init`, `check` and `plan` as the shell has them: lines, streams, exit codes."""

import json
import subprocess
from pathlib import Path

from tests.system.programs import collector


def said(*arguments: str | Path) -> tuple[int, list[str], list[str]]:
    """The exit code, and the lines of standard output and of standard error."""
    ended = subprocess.run(
        collector(*map(str, arguments)), capture_output=True, text=True, timeout=60, check=False
    )
    return ended.returncode, ended.stdout.splitlines(), ended.stderr.splitlines()


WARNED_OF = ["receivers"]


def test_from_a_sample_to_a_change_that_was_thought_through(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    assert said("init", old) == (
        0,
        [f"{old}/city.toml: written; change it, then: pantau-collector check {old}"],
        [],
    )
    assert said("init", old) == (
        2,
        [],
        [f"pantau-collector: {old}/city.toml: File exists; give another directory"],
    )
    code, lines, errors = said("check", old)
    assert (code, errors) == (0, [])
    assert [line.split(": ")[1] for line in lines[:-1]] == WARNED_OF
    assert lines[-1] == f"{old}: good: sites 5, links 6, applications 1"
    code, lines, _ = said("plan", old)
    assert code == 0
    assert lines[0].startswith("in all: 5 agents, 32 probes, ")
    assert lines[0].endswith(" a day")
    assert "Posyandu Surya Sehat [posyandu]: metered: 3.5 MB a day, a report each 60 s" in lines
    assert "ups is measured from 1 site: POP Pontianak Selatan [pop-selatan]" in lines
    assert lines[-2:] == [
        "Pontive Center [noc]: no agent above can see the router; silence tells after 30 s",
        "Posyandu Surya Sehat [posyandu]: no agent above can see the router; silence tells after 180 s",
    ]

    new.mkdir()
    sample = (old / "city.toml").read_text()
    (new / "city.toml").write_text(sample.replace('"1.1.1.1", "9.9.9.9"', '"1.1.1.1"'))
    assert said("plan", new, "--against", old)[1][2:] == [
        "5 of 5 agents change their work",
        "Dinas Kesehatan [dinkes], Kampung Digital Gradasi [gradasi], Pontive Center [noc] and 2 more:"
        " - icmp internet2",
    ]


def test_every_error_is_one_line_of_standard_error(tmp_path: Path) -> None:
    said("init", tmp_path)
    file = tmp_path / "city.toml"
    sample = file.read_text()
    file.write_text(
        sample.replace('role = "pop"', 'role = "pob"').replace('to = "pop-selatan"', 'to = "pop"')
    )
    told: tuple[int, list[str], list[str]] = (
        2,
        [],
        [
            "pantau-collector: city.toml: sites.pop-selatan.role: 'pob': write hotspot, office, pop or noc",
            "pantau-collector: city.toml: links.gradasi-radio.to: 'pop' is neither in [sites] nor internet;"
            " add it to [sites], or correct it",
        ],
    )
    assert said("check", tmp_path) == told
    assert said("plan", tmp_path) == told


def test_check_and_plan_answer_programs_in_json(tmp_path: Path) -> None:
    said("init", tmp_path)
    code, (checked,), _ = said("check", tmp_path, "--json")
    document = json.loads(checked)
    assert (code, document["good"], document["errors"]) == (0, True, [])
    assert [line.split(":")[0] for line in document["warnings"]] == WARNED_OF
    planned = json.loads(said("plan", tmp_path, "--json")[1][0])
    assert planned["total"]["probes"] == sum(one["probes"] for one in planned["agents"].values())
    assert planned["agents"]["noc"]["watched_by"] == []

    old, file = tmp_path / "old", tmp_path / "city.toml"
    said("init", old)
    sample = file.read_text()
    file.write_text(sample.replace('"1.1.1.1", "9.9.9.9"', '"1.1.1.1"'))
    against = json.loads(said("plan", file, "--against", old, "--json")[1][0])
    assert against["changes"]["noc"] == ["- icmp internet2"]
    assert against["after"]["probes"] < against["before"]["probes"]
    file.write_text(sample.replace('role = "pop"', 'role = "pob"'))
    code, (checked,), errors = said("check", file, "--json")
    assert (code, errors) == (2, [])
    assert json.loads(checked)["errors"] == [
        {
            "file": "city.toml",
            "key": "sites.pop-selatan.role",
            "what": "'pob': write hotspot, office, pop or noc",
        }
    ]
