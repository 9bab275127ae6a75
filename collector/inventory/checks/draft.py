"""A city during the checks, beside its document."""

from collections.abc import Iterable, Iterator, Sequence

from collector.inventory.city import City
from collector.inventory.devices import as_written
from collector.inventory.document import InventoryDocument
from collector.inventory.placed import as_placed
from collector.inventory.problem import Problem, listed, nearest
from collector.inventory.topology import Topology

MAX_GUESSES = 20  # a guess among 5,000 ids takes 40 ms


class Draft:
    """References are looked up in the document, so a faulty row is one problem however many refer to it."""

    def __init__(self, city: City, document: InventoryDocument) -> None:
        self.city = city
        self.document = document
        self.topology = Topology(city.sites, city.links)
        self._guesses = 0
        self.districts = {site.district for site in city.sites.values()} - {""}

    def written(self, table: str) -> Iterable[str]:
        return self.document.tables[table]

    def problem(self, table: str, id: str, key: str, what: str) -> Problem:
        """Add a problem. `id` is a row of the table, or a key of [city], perhaps with its default value."""
        if table == "sites" and (written := as_placed(self.document, id, key)):
            return Problem(*written, what)
        rows = self.document.facts if table == "city" else self.document.tables[table]
        file = rows[id].file if id in rows else str(self.document.folder)
        return Problem(file, as_written(".".join(filter(None, (table, id, key)))), what)

    def reference(
        self, at: tuple[str, str, str], id: str, table: str, also: Sequence[str] = ()
    ) -> Iterator[Problem]:
        """Add a problem when `id` is neither a row of `table` nor one of `also`."""
        if not id or id in self.document.tables[table] or id in also:
            return
        self._guesses += 1
        known = sorted({*self.written(table), *also}) if self._guesses <= MAX_GUESSES else ()
        lost = f"is neither in [{table}] nor {listed(also)}" if also else f"is not in [{table}]"
        remedy = nearest(id, known, f"add it to [{table}], or correct it")
        yield self.problem(*at, f"{id!r} {lost}; {remedy}")

    def unknown_districts(self, at: tuple[str, str, str], districts: Iterable[str]) -> Iterator[Problem]:
        for district in districts:
            if district not in self.districts:
                remedy = nearest(district, sorted(self.districts), "write it as the sites do")
                yield self.problem(*at, f"{district!r} is the district of no site; {remedy}")
