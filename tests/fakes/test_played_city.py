"""The copy of a played city."""

from tests.fakes.played_city import PlayedCity, sample_city


def _roots(city: PlayedCity) -> list[tuple[str, str, float]]:
    return [(one.kind, one.root, one.began_at) for one in city.watch.incidents.saved()]


def test_a_copy_goes_on_as_the_city_itself_and_leaves_it_alone() -> None:
    city = PlayedCity(sample_city())
    city.run(40)
    copy = city.copy()
    copy.cut.add("camat-utara")
    copy.run(80)
    assert _roots(city) == []
    city.cut.add("camat-utara")
    city.run(80)
    assert _roots(city) == _roots(copy) != []
