"""A scripted afternoon of a small city: all its notices, in both languages, for docs/operations.md."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from collector.notices.digest import digest
from collector.notices.document import Letter
from collector.notices.summary import summary
from collector.notices.texts import Language
from tests.collector.notices.afternoon.city import AfternoonCity
from tests.collector.notices.afternoon.scenes import SCENES, Scene

DOCUMENT = Path(__file__).parents[4] / "docs/operations.md"
DIGESTED = 5
MARK = "<!-- tests/collector/notices/afternoon makes the rest -->\n"


class PlayedScene(NamedTuple):
    """It began at `at`, Unix seconds, and had these letters."""

    scene: Scene
    at: float
    letters: Sequence[Letter]


def document() -> str:
    """docs/operations.md with the notices as the code makes them."""
    city, scenes = played()
    written = DOCUMENT.read_text().partition(MARK)[0]
    lines = [line for scene in scenes for line in _shown(scene, city)]
    return written + MARK + "\n" + "\n".join([*lines, *_several_as_one(city)])


@cache
def played() -> tuple[AfternoonCity, Sequence[PlayedScene]]:
    """The city after the last scene, and all scenes. It is played once: an afternoon takes half a minute."""
    city = AfternoonCity()
    return city, [_play(scene, city) for scene in SCENES]


def _shown(played: PlayedScene, city: AfternoonCity) -> Iterator[str]:
    yield f"### {datetime.fromtimestamp(played.at, city.zone):%H:%M} {played.scene.happens}\n"
    yield from _notices(played.letters, city)


def _play(scene: Scene, city: AfternoonCity) -> PlayedScene:
    before, at = len(city.letters), city.now
    scene.play(city)
    return PlayedScene(scene, at, city.letters[before:])


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
