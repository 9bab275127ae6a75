"""Groups compete: which of them tells the lost sites from the others?"""

from collector.causes.groups import Places, winner
from collector.inventory.city import City, Link, Site

Way = tuple[str, str, str]


def places(**sites: Way) -> Places:
    """Each site by feeder, POP and provider; all by fibre."""
    pops = sorted({pop for _, pop, _ in sites.values()})
    rows = {id: Site(role="hotspot", name=id, feeder=feeder) for id, (feeder, _, _) in sites.items()}
    rows |= {pop: Site(role="pop", name=pop) for pop in pops} | {"noc": Site(role="noc", name="noc")}
    links = {id: Link(from_=id, to=pop, provider=provider) for id, (_, pop, provider) in sites.items()}
    links |= {f"up-{pop}": Link(from_=pop, to="noc") for pop in pops} | {
        "out": Link(from_="noc", to="internet", provider="isp-z")
    }
    return Places(City(name="drawn", sites=rows, links=links))


def many(prefix: str, number: int, way: Way) -> dict[str, Way]:
    return {f"{prefix}{count}": way for count in range(number)}


def won(places: Places, lost: set[str], site: str | None = None) -> tuple[str, str] | None:
    well = {id for id in places.groups if id[0] != "n" and not id.startswith("pop")} - lost
    found = winner(places, site or min(lost), lost, well)
    return None if found is None else (found.group.sort, found.group.name)


def test_three_sites_of_a_feeder_may_hang_on_one_line_terminal() -> None:
    town = places(**many("a", 3, ("F-1", "pop1", "isp-a")), **many("b", 20, ("F-2", "pop2", "isp-b")))
    assert won(town, {"a0", "a1", "a2"}) is None


def test_a_feeder_of_several_pops_wins() -> None:
    town = places(
        **many("a", 2, ("F-1", "pop1", "isp-a")),
        **many("b", 2, ("F-1", "pop2", "isp-b")),
        **many("c", 8, ("F-2", "pop1", "isp-a")),
        **many("d", 8, ("F-3", "pop2", "isp-b")),
    )
    assert won(town, {"a0", "a1", "b0", "b1"}) == ("feeder", "F-1")


def test_a_line_terminal_whose_sites_have_several_feeders_wins() -> None:
    town = places(
        **many("a", 2, ("F-1", "pop1", "isp-a")),
        **many("b", 2, ("F-2", "pop1", "isp-a")),
        **many("c", 8, ("F-1", "pop2", "isp-a")),
        **many("d", 8, ("F-2", "pop1", "isp-b")),
    )
    assert won(town, {"a0", "a1", "b0", "b1"}) == ("access", "pop1 fiber isp-a")


def test_a_provider_that_fails_at_several_pops_wins() -> None:
    town = places(
        **many("a", 4, ("F-1", "pop1", "isp-a")),
        **many("b", 4, ("F-2", "pop2", "isp-a")),
        **many("c", 6, ("F-1", "pop1", "isp-b")),
        **many("d", 6, ("F-2", "pop2", "isp-b")),
    )
    lost = {*many("a", 4, ("", "", "")), *many("b", 4, ("", "", ""))}
    assert won(town, lost) == ("provider", "isp-a")


def test_a_group_of_which_most_sites_work_never_wins() -> None:
    town = places(**many("a", 12, ("F-1", "pop1", "isp-a")), **many("b", 30, ("F-2", "pop2", "isp-b")))
    assert won(town, {"a0", "a1", "a2"}) is None


def test_a_single_site_is_no_group() -> None:
    town = places(**many("a", 1, ("F-1", "pop1", "isp-a")), **many("b", 9, ("F-2", "pop2", "isp-b")))
    assert won(town, {"a0"}) is None
