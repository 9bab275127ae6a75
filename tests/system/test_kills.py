"""kill -9 in mid-stream, of everything: nothing is lost, and nothing is stored twice."""

from pathlib import Path
from random import Random

import pytest

from tests.netns import needs_namespaces
from tests.servers.mosquitto import needs_mosquitto
from tests.system.busy_city import VICTIMS, busy_city

pytestmark = [needs_mosquitto, needs_namespaces, pytest.mark.usefixtures("alone")]

KILLS = 5
REPORTS_BETWEEN = 40


def test_kills_of_all_programs_under_load_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    chance = Random(1)
    with busy_city(tmp_path) as city:
        for _ in range(KILLS):
            for victim in VICTIMS:
                city.kill(victim, after_reports=chance.randint(1, REPORTS_BETWEEN))
        account = city.settle()
    assert city.kills == dict.fromkeys(VICTIMS, KILLS)
    assert account.wrong == []
    assert account.taken == account.stored > 0
