"""A scenario of one's own is checked against the city, and each error has file, key and remedy."""

from pathlib import Path

import pytest

from collector.inventory import load
from demo.scenario import read
from demo.story import CITY, USUAL_DAY
from runtime.settings import BadConfig

SAMPLE = load(CITY)


def test_the_usual_day_fits_the_city() -> None:
    assert len(read(USUAL_DAY, SAMPLE).faults) > 15


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (
            'kind = "power_cut"\nwhere = ["Nowhere"]\nat = "10:00"',
            "faults[0].where: 'Nowhere' is not one of the city's feeders; see its inventory",
        ),
        (
            'kind = "fibre_cut"\nwhere = ["pop-timur"]\nat = "10:00"',
            "faults[0].where: 'pop-timur' is not one of the city's links; see its inventory",
        ),
        (
            'kind = "hung_router"\nwhere = ["pop-timur"]',
            "faults[0]: write either `at` or `after_start_seconds`",
        ),
        (
            'kind = "hung_router"\nwhere = ["pop-timur"]\nat = "10:00"\nafter_start_seconds = 1',
            "faults[0]: write either `at` or `after_start_seconds`",
        ),
        (
            'kind = "flood"\nwhere = ["pop-timur"]\nat = "10:00"',
            "faults[0].kind: Invalid enum value 'flood'",
        ),
    ],
)
def test_an_error_names_file_key_and_remedy(tmp_path: Path, fault: str, error: str) -> None:
    file = tmp_path / "day.toml"
    file.write_text(f"[[faults]]\n{fault}\nminutes = 5\n")

    with pytest.raises(BadConfig) as raised:
        read(file, SAMPLE)

    assert str(raised.value) == f"{file}: {error}"


def test_the_error_of_a_missing_file_names_the_option_of_the_demo(tmp_path: Path) -> None:
    with pytest.raises(BadConfig) as refused:
        read(tmp_path / "none.toml", SAMPLE)
    assert str(refused.value).endswith("No such file or directory; give another file with --scenario")
