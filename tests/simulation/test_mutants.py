"""A test of the test: protocols that are known to lose or double are found out."""

import pytest

from tests.simulation.history import History
from tests.simulation.mutants import FOUND_AT, MUTANTS, Mutant

SEEDS = 200


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broken_protocol_is_found_out(mutant: Mutant) -> None:
    for seed in (FOUND_AT[mutant.__name__], *range(1, SEEDS + 1)):
        with mutant():
            if History(seed).complaints:
                return
    pytest.fail(f"{SEEDS} histories without a complaint")
