"""The table of weights is whole: each clue has a weight with a reason, and some code finds each clue."""

from pathlib import Path
from typing import get_args

import collector.causes
from collector.causes.cause import CauseName, ClueName
from collector.causes.weights import DOUBTS, NEARBY_POWER, OWN_POWER, POWER_CAUSES, WEIGHTS

CLUES = get_args(ClueName)


def test_each_clue_has_a_weight_with_a_reason() -> None:
    assert WEIGHTS.keys() == set(CLUES)
    assert [name for name in CLUES if not WEIGHTS[name].reason.endswith(".")] == []
    assert [name for name in CLUES if not any(WEIGHTS[name].points.values())] == []


def test_each_clue_is_found_by_some_code() -> None:
    (folder,) = collector.causes.__path__
    tables = {"cause.py", "weights.py", "line_weights.py", "weigh.py"}
    code = "".join(file.read_text() for file in Path(folder).glob("*.py") if file.name not in tables)
    assert [name for name in CLUES if f'"{name}"' not in code] == []


def test_each_weight_is_for_a_cause_that_exists() -> None:
    named = {cause for weight in WEIGHTS.values() for cause in weight.points}
    assert named <= set(get_args(CauseName)) - {"unknown"}


def test_each_cause_but_unknown_has_a_clue_that_speaks_for_it() -> None:
    spoken_for = {
        cause for weight in WEIGHTS.values() for cause, points in weight.points.items() if points > 0
    }
    assert spoken_for == set(get_args(CauseName)) - {"unknown"}


def test_evidence_of_power_speaks_for_power() -> None:
    assert OWN_POWER
    assert NEARBY_POWER
    assert not (OWN_POWER | NEARBY_POWER) & DOUBTS
    for name in OWN_POWER | NEARBY_POWER:
        assert max(WEIGHTS[name].points[cause] for cause in POWER_CAUSES) > 0
