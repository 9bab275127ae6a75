"""A scripted afternoon of a small city: all its notices, in both languages, for docs/operations.md."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from collector.notices.digest import digest
from collector.notices.document import Letter
from collector.notices.summary import summary
from collector.notices.texts import Language
from tests.collector.notices.afternoon.city import AfternoonCity
from tests.collector.notices.afternoon.scenes import SCENES, Scene

DOCUMENT = Path(__file__).parents[4] / "docs/operations.md"
DIGESTED = 5
MARK = "<!-- tests/collector/notices/afternoon makes the rest -->\n"


def document() -> str:
    """docs/operations.md with the notices as the code makes them."""
    city = AfternoonCity()
    written = DOCUMENT.read_text().partition(MARK)[0]
    scenes = [line for scene in SCENES for line in _shown(scene, city)]
    return written + MARK + "\n" + "\n".join([*scenes, *_several_as_one(city)])


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


def _several_as_one(city: AfternoonCity) -> Iterator[str]:
    """The last notices as a digest, and the summary of the day."""
    languages: tuple[tuple[str, Language], ...] = (("indonesian", "id"), ("english", "en"))
    yield "### The last notices as one digest\n"
    for receiver, language in languages:
        last = [letter.document for letter in city.letters if letter.receiver == receiver][-DIGESTED:]
        yield _block(digest(last, language, city.zone, city.now).text)
    yield "### The summary of the day\n"
    for receiver, _ in languages:
        yield _block(summary("summary", receiver, city.city, city.watch.incidents, city.now).text)


def _notices(letters: Sequence[Letter], city: AfternoonCity) -> Iterator[str]:
    """Each notice in Indonesian, then in English."""
    for id in dict.fromkeys(letter.document.id for letter in letters):
        told = {one.receiver: one.document for one in letters if one.document.id == id}
        first = told["indonesian"]
        yield f"`{first.kind}` at {datetime.fromtimestamp(first.at, city.zone):%H:%M:%S}:\n"
        yield from (_block(told[one].text) for one in ("indonesian", "english"))


def _block(text: str) -> str:
    return f"```text\n{text}\n```\n"
