"""A clue in words. Pure."""

from collector.causes import Clue, WeighedCause
from collector.inventory import City
from collector.notices.clue_texts import CLUES, CONFIDENCES, LINK_OF_MEDIUM, RINGS, WEIGHED
from collector.notices.phrases import duration
from collector.notices.texts import MEDIA, Language, spoken


def clue_words(clue: Clue, city: City, language: Language) -> str:
    """The text of the clue, with the names of the sites and providers that people know."""
    place = city.sites.get(clue.about) or city.providers.get(clue.about)
    about = place.name if place else clue.about
    if clue.name == "ring_lost":
        about = spoken(RINGS.get(about, (about, about)), language)
    return spoken(CLUES[clue.name], language).format(
        about=about,
        lost=clue.lost,
        known=clue.known,
        earlier=_level(clue.earlier),
        later=_level(clue.later),
        time=duration(clue.seconds or 0.0, language),
    )


def _level(level: int | None) -> str:
    return "?" if level is None else f"{level}".replace("-", "\u2212")


def weighed_words(weighed: WeighedCause, language: Language) -> str:
    """The cause with its confidence: "the radio link (likely)"."""
    confidence = spoken(CONFIDENCES[weighed.confidence], language)
    return f"{_cause_words(weighed, language)} ({confidence})"


def _cause_words(weighed: WeighedCause, language: Language) -> str:
    """A link is named by its medium, if this release has a word for it."""
    if weighed.cause == "link" and weighed.medium in MEDIA:
        return spoken(LINK_OF_MEDIUM, language).format(medium=spoken(MEDIA[weighed.medium], language))
    return spoken(WEIGHED[weighed.cause], language)
