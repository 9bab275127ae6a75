"""A site's page says if neighbours of its devices contradict its links."""

from collector.city.state import State
from collector.notices.texts import Language
from tests.collector.web.looking import site_html, words
from tests.collector.web.serving import Served
from tests.fakes.neighbors import seeing
from tests.fakes.small_city import NOW

TITLE = "Neighbours say otherwise"


def html(site: str, state: State, language: Language = "en") -> str:
    return site_html(site, state, Served(state).watch.incidents, NOW, language)


def test_a_neighbour_that_confirms_the_link_is_no_word() -> None:
    assert TITLE not in words(html("gradasi", seeing(("noc", "gradasi-rb", "wlan1"))))


def test_a_page_without_neighbours_has_no_word_of_them() -> None:
    assert TITLE not in words(html("gradasi", seeing()))


def test_a_neighbour_at_another_site_is_named_with_the_link_that_it_contradicts() -> None:
    shown = html("gradasi", seeing(("gradasi", "rtr-dinkes", "wlan1")))
    said = words(shown)
    assert TITLE in said
    assert "port wlan1 of router sees “rtr-dinkes”, which is Dinas Kesehatan" in said
    assert "no neighbour confirms the declared link" in said
    assert 'href="/sites/dinkes"' in shown
    assert 'href="/links/gradasi-radio"' in shown


def test_the_site_above_is_heard_too_and_both_languages_have_it() -> None:
    state = seeing(("noc", "rtr-dinkes", "e1"), ("gradasi", "noc", "e1"), ("dinkes", "gradasi-rb", "e2"))
    assert "no link joins the two" in words(html("dinkes", state))
    assert "tidak ada jalur tercatat di antara keduanya" in words(html("dinkes", state, "id"))


def test_a_name_of_a_device_is_escaped() -> None:
    state = seeing(("gradasi", "dinkes <b>x</b>", "<i>1"))
    assert "dinkes &lt;b&gt;x&lt;/b&gt;" in html("gradasi", state)
    assert "<i>1" not in html("gradasi", state)
