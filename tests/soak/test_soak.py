"""Short forms of what `make soak` does at length."""

from pathlib import Path

import pytest

from tests.servers.mosquitto import needs_mosquitto
from tests.soak.lines import kill_at_every
from tests.soak.notices import soak


@pytest.mark.timeout(300)
def test_a_sender_killed_at_its_lines_loses_nothing_and_repeats_little(tmp_path: Path) -> None:
    kills, repeats = kill_at_every(7, tmp_path)
    assert kills > 40
    assert repeats > 0, "some kill fell between a delivery and its mark"


@needs_mosquitto
@pytest.mark.timeout(300)
def test_a_collector_that_is_killed_announces_each_outage_and_its_end(
    tmp_path: Path,
) -> None:
    found = soak(3, 1, tmp_path)
    assert found.wrong == []
    assert found.incidents > 0
