"""Each place that knows the channels knows all of them. A failure names the place that is missing."""

from collections.abc import Iterator
from pathlib import Path

from collector.inventory.city import CHANNELS, EDITING
from collector.notify import channels
from collector.notify.channels.deliver import SENDERS, SYNCHRONIZED

FOLDER = Path(str(channels.__file__)).parent


def test_every_channel_of_the_inventory_has_its_places() -> None:
    assert list(missing()) == []


def test_no_place_knows_a_channel_that_is_not_in_the_inventory() -> None:
    assert SENDERS.keys() | SYNCHRONIZED == set(CHANNELS)


def test_a_channel_takes_documents_or_the_whole_state_and_not_both() -> None:
    assert SENDERS.keys().isdisjoint(SYNCHRONIZED)


def test_a_channel_that_edits_is_one_that_takes_documents() -> None:
    assert SENDERS.keys() >= EDITING


def missing() -> Iterator[str]:
    for channel in CHANNELS:
        if channel not in {*SENDERS, *SYNCHRONIZED}:
            yield f"{channel}: collector/notify/channels/deliver.py has no row in SENDERS"
        if not any((FOLDER / place).is_file() for place in (f"{channel}.py", f"{channel}/__init__.py")):
            yield f"{channel}: there is no collector/notify/channels/{channel}.py"
