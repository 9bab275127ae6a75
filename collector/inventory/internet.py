"""The addresses that stand for the internet: in the country, abroad and in the city."""

from collections.abc import Iterator
from itertools import count
from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, Struct

from collector.inventory.targets import INTERNET, numbered

Ring = Literal["city", "national", "international"]
AT_MOST = 9
"""So many addresses have names that the inventory reserves: internet to internet9."""
Addresses = Annotated[list[str], Meta(max_length=AT_MOST)]


class InternetTarget(NamedTuple):
    """An address that each agent pings under this name, in place of its ring of the internet."""

    name: str
    ring: Ring
    address: str


class Internet(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[city] internet`. A plain list of addresses is `national`: nobody says how far outside they are."""

    national: Addresses = []
    international: Addresses = []
    city: Addresses = []

    @property
    def targets(self) -> list[InternetTarget]:
        """In the order of their names: a list that becomes a table keeps the names of its series."""
        names = (numbered(INTERNET, position) for position in count())
        return [InternetTarget(next(names), ring, address) for ring, address in self._addresses()]

    @property
    def outside(self) -> list[InternetTarget]:
        """The targets outside the city."""
        return [target for target in self.targets if target.ring != "city"]

    def _addresses(self) -> Iterator[tuple[Ring, str]]:
        yield from (("national", address) for address in self.national)
        yield from (("international", address) for address in self.international)
        yield from (("city", address) for address in self.city)


def as_table(written: Any) -> Any:
    """`internet` as the schema has it. A file may have a plain list."""
    return written if isinstance(written, dict) else {"national": written}


def without_table(key: str, written: Any) -> str:
    """The key as in the file, `city.internet[0]`, although the schema sees the list among the rings."""
    return key if isinstance(written, dict) else key.replace("city.internet.national", "city.internet")
