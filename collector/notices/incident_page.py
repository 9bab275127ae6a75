"""The address of an incident's page, in each message about it, and kept where a message is too long. Pure."""

from collections.abc import Callable

from collector.inventory import City


def page_of(incident: str, city: City) -> str:
    """The address of the incident's page; "" where the inventory has no address of the pages."""
    return f"{city.page_url.rstrip('/')}/incidents/{incident}" if city.page_url else ""


def cut_above(page: str, text: str, room: int, cut: Callable[[str, int], str]) -> str:
    """The text, cut so that it fits. If its last line is the page's address, that line stays.

    An address that takes more than half of the room goes with the rest.
    """
    rest = text.removesuffix(f"\n{page}")
    if not page or rest == text or 2 * len(page) > room:
        return cut(text, room)
    return f"{cut(rest, room - len(page) - 1)}\n{page}"
