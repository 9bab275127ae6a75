"""Docstrings, comments and names of tests are plain English, and documents name files that exist."""

import ast
import re
import tokenize
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
ROOMS = (
    "agent",
    "collector",
    "dashboards",
    "runtime",
    "wire",
)
DOCUMENTS = [
    *sorted(REPOSITORY.glob("docs/**/*.md")),
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
]
MAX_TEST_NAME = 70
RIDDLE = re.compile(r"(?:^|[.!?:]\s+|\n\n)(?:What|Who|Whose|Whom)\s")
PATH = re.compile(r"`((?:agent|collector|dashboards|deploy|docs|runtime|tests|wire)/[\w./-]*)`")
ROOM = re.compile(r"^Inside the (agent|collector), .*?:\n\n(.*?)\n\n", re.DOTALL | re.MULTILINE)


def texts(file: Path) -> Iterator[str]:
    """The docstrings and comments of a Python file."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield cleandoc(str(node.value.value))
    with tokenize.open(file) as lines:
        for token in tokenize.generate_tokens(lines.readline):
            if token.type == tokenize.COMMENT:
                yield token.string.lstrip("# ")


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_begins_with_what_or_who(room: str) -> None:
    files = {str(file.relative_to(REPOSITORY)): file for file in sorted((REPOSITORY / room).rglob("*.py"))}
    assert files, f"{room}: no such room"
    found = [f"{name}: {text}" for name in files for text in texts(files[name])]
    assert [line for line in found if RIDDLE.search(line.partition(": ")[2])] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_no_sentence_of_a_document_begins_with_what_or_who(document: Path) -> None:
    text = re.sub(r"^(?:#+|\d+\.|-) ", "\n\n", document.read_text(), flags=re.MULTILINE)
    assert RIDDLE.findall(text) == []


@pytest.mark.parametrize("folder", ["deploy", "dashboards/prometheus"])
def test_no_comment_of_a_settings_file_begins_with_what_or_who(folder: str) -> None:
    files = [file for file in (REPOSITORY / folder).rglob("*") if file.is_file()]
    comments = [line for file in files for line in re.findall(r"^ *# (.*)", file.read_text(), re.MULTILINE)]
    assert [line for line in comments if RIDDLE.search(line)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_each_path_that_a_document_names_exists(document: Path) -> None:
    named = set(PATH.findall(document.read_text()))
    assert [path for path in sorted(named) if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize("program", ["agent", "collector"])
def test_the_architecture_names_each_room_and_no_other(program: str) -> None:
    tables = dict(ROOM.findall((REPOSITORY / "docs/ARCHITECTURE.md").read_text()))
    cells = [row.split("|")[1] for row in tables[program].splitlines()[2:]]
    named = {name.rstrip("/") for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    rooms = {path.name for path in (REPOSITORY / program).iterdir() if path.suffix == ".py" or path.is_dir()}
    assert named == rooms - {"__init__.py", "__main__.py", "__pycache__"}


def test_the_name_of_each_test_has_at_most_70_characters() -> None:
    files = sorted((REPOSITORY / "tests").rglob("test_*.py"))
    names = {name for file in files for name in re.findall(r"\bdef test_(\w+)", file.read_text())}
    assert names
    assert {name for name in names if len(name) > MAX_TEST_NAME} == set()


def test_the_check_finds_a_sentence_that_begins_with_who() -> None:
    assert RIDDLE.search("Who was missed was cut off.")
    assert RIDDLE.search("The agent stops. What it holds is lost.")
    assert not RIDDLE.search("The agent says what it holds.")
