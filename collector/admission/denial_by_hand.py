"""Without an authority of its own the collector writes no ACL: it says which lines keep a flooder out."""

import logging

from collector.admission.acl import denial

log = logging.getLogger(__name__)


class DenialByHand:
    """A person at the broker carries it out."""

    def __init__(self) -> None:
        self._denied: frozenset[str] = frozenset()

    def deny(self, agents: frozenset[str]) -> None:
        for agent in sorted(agents - self._denied):
            lines = " and ".join(repr(line) for line in denial(agent).splitlines())
            log.warning(
                "%s: write the lines %s before the patterns of the broker's ACL, and reload it", agent, lines
            )
        self._denied = agents
