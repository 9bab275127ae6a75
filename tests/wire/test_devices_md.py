"""docs/devices.md is what the profiles say, and its example is a profile."""

import re
import tomllib
from pathlib import Path

import msgspec

from wire.profile import Profile
from wire.profile_faults import faults
from wire.profiles.document import document

DOCUMENT = Path(__file__).parents[2] / "docs/devices.md"


def test_the_document_says_what_the_profiles_say() -> None:
    assert DOCUMENT.read_text() == document(), "run `make devices`"


def test_the_example_is_a_profile_without_a_fault() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert list(faults(msgspec.convert(tomllib.loads(example), Profile))) == []
