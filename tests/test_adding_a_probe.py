"""docs/adding-a-probe.md, followed step by step on a copy of the source."""

from pathlib import Path

from tests.walkthrough import Walkthrough

DOCUMENT = "docs/adding-a-probe.md"
THE_WALK = "tests/test_kinds.py"
ELSEWHERE = "tests/test_elsewhere.py"
FORGOTTEN = {
    "wire/metrics.py": "ntp: wire/metrics.py has no value of this kind in CATALOGUE",
    "agent/probes/ntp.py": "ntp: there is no agent/probes/ntp.py",
    "agent/probes/kinds.py": "ntp: agent/probes/kinds.py has no row in KINDS",
    "collector/assignments/kinds.py": "ntp: collector/assignments/kinds.py has no row in KINDS",
}


def test_a_kind_that_is_added_as_the_document_says_works(tmp_path: Path) -> None:
    adding = Walkthrough(DOCUMENT, tmp_path)
    adding.follow()
    (tmp_path / ELSEWHERE).write_text(Path(__file__).with_name("added_kind.py").read_text())
    output = adding.pytest(THE_WALK, "tests/agent/probes/test_ntp.py", ELSEWHERE)
    assert "12 passed" in output, output


def test_every_place_that_is_forgotten_is_named(tmp_path: Path) -> None:
    adding = Walkthrough(DOCUMENT, tmp_path)
    adding.follow(without=FORGOTTEN.keys())
    output = adding.pytest(THE_WALK)
    assert [named for named in FORGOTTEN.values() if named not in output] == []
