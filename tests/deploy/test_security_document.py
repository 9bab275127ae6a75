"""docs/security.md names for each threat a test, and the test is there."""

import re

from tests.system.programs import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "security.md"
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> list[list[str]]:
    """The cells of each row below the heads of the tables."""
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")]
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if "threat |" not in line
    ]


def test_each_threat_has_an_answer_and_a_test_that_exists() -> None:
    missing = []
    for threat, answer, shown_by in rows():
        tests = TEST.findall(shown_by)
        assert answer, threat
        assert TEST.sub("", shown_by).strip(", ") == "", f"{threat}: {shown_by} names more than tests"
        assert tests, f"{threat}: no test shows the answer"
        for file, name in tests:
            path = REPOSITORY / file
            if not path.exists() or not re.search(rf"\bdef {name}\(", path.read_text()):
                missing.append(f"{threat}: {file}::{name}")
    assert missing == []


def test_no_threat_stands_in_two_rows() -> None:
    threats = [threat for threat, *_ in rows()]
    assert len(threats) > 30
    assert sorted(set(threats)) == sorted(threats)
