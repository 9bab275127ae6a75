"""One exception type for what a person can cause: its lines on stderr, exit code 2, no traceback."""

import pytest

from agent.spool import SpoolInUse
from collector.allinone.broker import PortInUse
from collector.commands.remote import Refused
from collector.database.engine import StoreError
from collector.inventory import BadInventory
from collector.program import CannotListen
from runtime.errors import UserError, exit_code
from runtime.settings import BadConfig


def failing(error: BaseException) -> int:
    raise error


def test_a_command_gives_its_own_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert [exit_code("pantau-agent", lambda: 0), exit_code("pantau-agent", lambda: 1)] == [0, 1]
    assert capsys.readouterr().err == ""


def test_each_line_of_a_user_error_names_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("pantau-agent", lambda: failing(UserError("a.toml: x: 1\nb.toml: y: 2"))) == 2
    assert capsys.readouterr().err == "pantau-agent: a.toml: x: 1\npantau-agent: b.toml: y: 2\n"


def test_ctrl_c_ends_a_program_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("pantau-agent", lambda: failing(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == ""


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        exit_code("pantau-agent", lambda: failing(ZeroDivisionError()))


@pytest.mark.parametrize(
    "error", [BadConfig, BadInventory, StoreError, PortInUse, CannotListen, Refused, SpoolInUse]
)
def test_an_error_that_a_person_can_cause_is_a_user_error(error: type[Exception]) -> None:
    assert issubclass(error, UserError)
