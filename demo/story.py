"""The story of a demo: the city, its truth under the scenario, and the seed of all that is by chance."""

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from collector.inventory import City
from demo.answers import SimulatedCity
from demo.day import Days
from demo.scenario import Scenario, read
from demo.script_time import ScriptTime

CITY = Path(str(files("demo") / "city"))
USUAL_DAY = Path(str(files("demo") / "day.toml"))


class Story(NamedTuple):
    city: City
    truth: SimulatedCity
    days: Days
    seed: int


def told(city: City, scenario: Path | None, seed: int | None, pace: ScriptTime) -> Story:
    """Without a scenario it is the usual day of demo/day.toml. Raises BadConfig."""
    script = read(scenario or USUAL_DAY, city)
    return told_by(city, script, script.seed if seed is None else seed, pace)


def told_by(city: City, script: Scenario, seed: int, pace: ScriptTime) -> Story:
    days = Days(script, seed, ZoneInfo(city.timezone), pace)
    return Story(city, SimulatedCity(city, days), days, seed)
