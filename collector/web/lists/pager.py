"""One page of a list that is known as a whole, and the ways to the pages beside it. Pure."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from collector.web.lists.asked import ON_A_PAGE, Params, address, number
from collector.web.words import Speaker

T = TypeVar("T")


class Pager(NamedTuple):
    """`said` says which of how many are shown, "" when all are. The others are addresses, "" for none."""

    said: str = ""
    before: str = ""
    after: str = ""


def paged(
    things: Sequence[T], path: str, params: Params, say: Speaker, on_a_page: int = ON_A_PAGE
) -> tuple[Sequence[T], Pager]:
    """The page that the address asks for, or the last one if there are fewer. Raises BadParameter."""
    last = max(0, (len(things) - 1) // on_a_page)
    shown = min(max(number(params, "page") - 1, 0), last)
    first = shown * on_a_page
    page = things[first : first + on_a_page]
    if not last:
        return page, Pager()
    return page, Pager(
        said=say("list_shown", first=first + 1, last=first + len(page), n=len(things)),
        before=address(path, params, page=str(shown)) if shown else "",
        after=address(path, params, page=str(shown + 2)) if shown < last else "",
    )
