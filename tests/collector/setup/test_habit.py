"""A person's change to a configuration file stays, as Debian has it."""

import pytest

from collector.setup.habit import Fate, digest, fate

OLD, NEW, MINE = b"old", b"new", b"mine"


@pytest.mark.parametrize(
    ("present", "recorded", "expected"),
    [
        (None, None, Fate.WRITTEN),
        (None, OLD, Fate.WRITTEN),
        (NEW, None, Fate.SAME),
        (NEW, NEW, Fate.SAME),
        (NEW, OLD, Fate.SAME),
        (OLD, OLD, Fate.UPDATED),
        (MINE, NEW, Fate.YOURS),
        (MINE, OLD, Fate.BESIDE),
        (MINE, None, Fate.BESIDE),
    ],
)
def test_a_file_gets_the_fate_that_debian_gives_it(
    present: bytes | None, recorded: bytes | None, expected: Fate
) -> None:
    assert fate(NEW, present, None if recorded is None else digest(recorded)) is expected
