"""docs/adding-a-channel.md, followed step by step on a copy of the source."""

from pathlib import Path

import pytest

from tests.walkthrough import Walkthrough

DOCUMENT = "docs/adding-a-channel.md"
CHANNELS = "tests/collector/notify/channels/"
THE_WALK = CHANNELS + "test_channels.py"


def test_a_channel_that_is_added_as_the_document_says_works(tmp_path: Path) -> None:
    adding = Walkthrough(DOCUMENT, tmp_path)
    adding.follow()
    assert "5 passed" in adding.pytest(THE_WALK, CHANNELS + "test_ntfy.py")


@pytest.mark.parametrize(
    ("forgotten", "named"),
    [
        ("collector/notify/channels/deliver.py", "deliver.py has no row in SENDERS"),
        ("collector/notify/channels/ntfy.py", "cannot import name 'ntfy'"),
    ],
)
def test_a_step_that_is_forgotten_is_named(forgotten: str, named: str, tmp_path: Path) -> None:
    adding = Walkthrough(DOCUMENT, tmp_path)
    adding.follow(without=forgotten)
    assert named in adding.pytest(THE_WALK)
