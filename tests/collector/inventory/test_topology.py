from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from collector.inventory import Link, Role, Site, Topology


def sites(**routers: str) -> dict[str, Site]:
    """Site ids with their router; an id is its role too where that is a role."""
    roles: dict[str, Role] = {"noc": "noc", "pop": "pop"}
    return {id: Site(role=roles.get(id, "hotspot"), name=id, router=router) for id, router in routers.items()}


def links(*ways: str, backup: bool = False) -> dict[str, Link]:
    """ "a > b" is a link from a to b."""
    return {way: Link(from_=way.split(" > ")[0], to=way.split(" > ")[1], backup=backup) for way in ways}


def test_the_main_uplink_comes_before_the_backup() -> None:
    topology = Topology(sites(a="", b="", c=""), links("c > b") | links("c > a", backup=True))
    assert topology.parents("c") == ["b", "a"]


def test_of_two_main_uplinks_the_id_decides_not_the_order_of_rows() -> None:
    ways = [("l-2", Link(from_="c", to="b")), ("l-1", Link(from_="c", to="a"))]
    topologies = [Topology(sites(a="", b="", c=""), dict(order)) for order in (ways, ways[::-1])]
    assert [topology.parents("c") for topology in topologies] == [["a", "b"], ["a", "b"]]


def test_a_path_ends_at_the_noc() -> None:
    topology = Topology(
        sites(noc="", pop="", gradasi=""), links("gradasi > pop", "pop > noc", "noc > internet")
    )
    assert [link.to for link in topology.path("gradasi")] == ["pop", "noc"]


def test_a_router_with_an_address_below_a_site_is_seen_from_above() -> None:
    topology = Topology(sites(pop="10.61.1.1", gradasi="10.61.4.1"), links("gradasi > pop"))
    assert topology.seen_from_above("gradasi")


def test_a_private_router_across_the_internet_is_not_seen_from_above() -> None:
    topology = Topology(
        sites(lte="192.168.8.1", cgnat="100.64.0.9", public="8.8.4.4"),
        links("lte > internet", "cgnat > internet", "public > internet"),
    )
    assert [site for site in ("lte", "cgnat", "public") if topology.seen_from_above(site)] == ["public"]


def test_a_router_without_an_address_is_not_seen_from_above() -> None:
    assert not Topology(sites(pop="", gradasi=""), links("gradasi > pop")).seen_from_above("gradasi")


def test_each_loop_is_found_once() -> None:
    ways = ("a > b", "b > a", "c > d", "d > e", "e > c", "f > a")
    loops = list(Topology(sites(**dict.fromkeys("abcdef", "")), links(*ways)).loops())
    assert sorted(sorted(set(loop)) for loop in loops) == [["a", "b"], ["c", "d", "e"]]


def test_a_link_to_itself_is_a_loop() -> None:
    assert list(Topology(sites(a=""), links("a > a")).loops()) == [["a", "a"]]


names = st.sampled_from("abcdefgh")


@given(st.sets(st.tuples(names, names)))
def test_every_loop_follows_the_links_and_without_them_none_is_left(ways: set[tuple[str, str]]) -> None:
    all_sites = sites(**dict.fromkeys("abcdefgh", ""))
    all_links = links(*(f"{a} > {b}" for a, b in sorted(ways)))
    loops = list(Topology(all_sites, all_links).loops())
    for loop in loops:
        assert loop[0] == loop[-1]
        assert all(step in ways for step in pairwise(loop))
    looped = {site for loop in loops for site in loop}
    rest = {id: link for id, link in all_links.items() if link.from_ not in looped}
    assert not list(Topology(all_sites, rest).loops())


def test_a_way_out_goes_on_through_the_noc_to_the_internet() -> None:
    ways = links("gradasi > pop", "pop > noc", "noc > internet", "lte > internet", "alone > pop-x")
    topology = Topology(sites(noc="", pop="", gradasi="", lte="", alone=""), ways)
    assert topology.way_out("gradasi") == ways["noc > internet"]
    assert topology.way_out("lte") == ways["lte > internet"]
    assert topology.way_out("alone") is None


def test_links_in_a_loop_have_no_way_out() -> None:
    assert Topology(sites(a="", b=""), links("a > b", "b > a")).way_out("a") is None
