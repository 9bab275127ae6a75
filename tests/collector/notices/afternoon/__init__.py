"""A scripted afternoon of a small city: all its notices, in both languages, for docs/operations.md."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from collector.notices.document import Letter
from tests.collector.notices.afternoon.city import AfternoonCity
from tests.collector.notices.afternoon.scenes import SCENES, Scene

DOCUMENT = Path(__file__).parents[4] / "docs/operations.md"
MARK = "<!-- tests/collector/notices/afternoon makes the rest -->\n"


def document() -> str:
    """docs/operations.md with the notices as the code makes them."""
    city = AfternoonCity()
    written = DOCUMENT.read_text().partition(MARK)[0]
    return written + MARK + "\n" + "\n".join(line for scene in SCENES for line in _shown(scene, city))


def played() -> AfternoonCity:
    """The city after the last scene."""
    city = AfternoonCity()
    for scene in SCENES:
        _play(scene, city)
    return city


def _shown(scene: Scene, city: AfternoonCity) -> Iterator[str]:
    yield f"### {datetime.fromtimestamp(city.now, city.zone):%H:%M} {scene.happens}\n"
    yield from _notices(_play(scene, city), city)


def _play(scene: Scene, city: AfternoonCity) -> Sequence[Letter]:
    """The letters of the scene."""
    before = len(city.letters)
    scene.act(city)
    city.run(scene.seconds)
    return city.letters[before:]


def _notices(letters: Sequence[Letter], city: AfternoonCity) -> Iterator[str]:
    """Each notice in Indonesian, then in English."""
    for id in dict.fromkeys(letter.document.id for letter in letters):
        told = {one.receiver: one.document for one in letters if one.document.id == id}
        first = told["indonesian"]
        yield f"`{first.kind}` at {datetime.fromtimestamp(first.at, city.zone):%H:%M:%S}:\n"
        yield from (f"```text\n{told[one].text}\n```\n" for one in ("indonesian", "english"))
