"""Which blocks of cells are not in the store yet, and when each site's turn to be saved comes. Pure."""

from collections.abc import Collection, Iterable, Iterator
from heapq import heapify, heappop, heappush
from zlib import crc32

SAVE_SECONDS, SPREAD_SECONDS = 120, 120
"""A site's first unsaved measurement waits for so long, and up to so much longer: sites take turns."""


class UnsavedBlocks:
    """By site the blocks that changed since they were saved."""

    def __init__(self) -> None:
        self._blocks: dict[str, set[int]] = {}
        self._due: list[tuple[float, str]] = []

    def touch(self, site: str, blocks: Collection[int], now: float) -> None:
        known = self._blocks.get(site)
        if known is not None:
            known.update(blocks)
        elif blocks:
            self._blocks[site] = set(blocks)
            heappush(self._due, (now + SAVE_SECONDS + crc32(site.encode()) % SPREAD_SECONDS, site))

    def due(self, now: float, at_most: int) -> Iterator[tuple[str, int]]:
        """The blocks of at most so many sites whose turn it is; they count as saved."""
        while at_most and self._due and self._due[0][0] <= now:
            _, site = heappop(self._due)
            blocks = self._blocks.pop(site, ())
            at_most -= bool(blocks)
            for block in blocks:
                yield site, block

    def all(self) -> Iterator[tuple[str, int]]:
        """All blocks; they count as saved."""
        for site, blocks in self._blocks.items():
            for block in blocks:
                yield site, block
        self._blocks, self._due = {}, []

    def keep(self, sites: Iterable[str]) -> None:
        """Only these sites are left in the inventory."""
        self._blocks = {site: self._blocks[site] for site in sites if site in self._blocks}

    def stepped(self, by: float) -> None:
        self._due = [(at + by, site) for at, site in self._due]
        heapify(self._due)
