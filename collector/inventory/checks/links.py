"""The links: both ends known, no loop."""

from collections.abc import Iterator

from collector.inventory.checks.draft import Draft
from collector.inventory.problem import Problem
from collector.inventory.targets import INTERNET


def faults(draft: Draft) -> Iterator[Problem]:
    links = draft.city.links
    for id, link in links.items():
        if link.from_ == INTERNET:
            what = "'internet' hangs below nothing; a link runs from a site up to a site or to 'internet'"
            yield draft.problem("links", id, "from", what)
        else:
            yield from draft.reference(("links", id, "from"), link.from_, "sites")
        yield from draft.reference(("links", id, "to"), link.to, "sites", also=[INTERNET])
        if link.provider:
            yield from draft.reference(("links", id, "provider"), link.provider, "providers")
    for loop in draft.topology.loops():
        id = next(id for id, link in links.items() if [link.from_, link.to] == loop[:2])
        what = f"{' -> '.join(loop)} is a loop; a link runs from a site up: of a ring, leave one link out"
        yield draft.problem("links", id, "", what)
