"""An option of the demo that makes no sense is refused in one line."""

import pytest

from demo.__main__ import parser


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--port", "0", "0: write a number from 1 to 65535"),
        ("--port", "99999", "99999: write a number from 1 to 65535"),
        ("--port", "web", "web: write a number from 1 to 65535"),
        ("--speed", "0", "0: write a number from 1 to 3600"),
        ("--speed", "nan", "nan: write a number from 1 to 3600"),
        ("--speed", "fast", "fast: write a number from 1 to 3600"),
    ],
)
def test_an_impossible_number_is_refused(
    option: str, value: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        parser().parse_args([option, value])
    assert refused.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: argument {option}: {said}\n")
