"""docs/adding-a-channel.md, followed step by step on a copy of the source."""

from pathlib import Path

from tests.walkthrough import Walkthrough

DOCUMENT = "docs/adding-a-channel.md"
CHANNELS = "tests/collector/notify/channels/"
THE_WALK = CHANNELS + "test_channels.py"


def test_a_channel_that_is_added_as_the_document_says_works(tmp_path: Path) -> None:
    adding = Walkthrough(DOCUMENT, tmp_path)
    adding.follow()
    output = adding.pytest(THE_WALK, CHANNELS + "test_ntfy.py")
    assert "6 passed" in output, output


def test_a_row_that_is_forgotten_is_named(tmp_path: Path) -> None:
    adding = Walkthrough(DOCUMENT, tmp_path)
    adding.follow(without={"collector/notify/channels/deliver.py", "collector/notify/channels/ntfy.py"})
    output = adding.pytest(THE_WALK)
    assert "ntfy: collector/notify/channels/deliver.py has no row in SENDERS" in output
    assert "ntfy: there is no collector/notify/channels/ntfy.py" in output
