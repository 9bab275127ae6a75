"""The cause in notices: the recovery waits for the agent, and a later report corrects it without a ring."""

from collections.abc import Iterable

import pytest
from msgspec import structs

from collector.city.step import Step
from collector.incidents import CauseSet, Incident
from collector.inventory import Receiver
from collector.inventory.city import Telegram
from collector.notices.document import Document
from tests.fakes.city import city as fake_city
from tests.fakes.told_city import ToldCity, webhook
from wire.report import Table

SITE, POP = "site-1-1", "pop-1"
MINUTE = 60


@pytest.fixture
def city() -> ToldCity:
    chat = Receiver(telegram=Telegram(chat=-1, token_file="/t"), language="id")
    return ToldCity(fake_city(receivers={"hook": webhook(), "chat": chat}))


def fibre_city() -> ToldCity:
    chat = Receiver(telegram=Telegram(chat=-1, token_file="/t"), language="id")
    made = fake_city(receivers={"hook": webhook(), "chat": chat})
    links = {id: structs.replace(link, medium="fiber") for id, link in made.links.items()}
    return ToldCity(structs.replace(made, links=links))


def onu(up: bool, cause: str) -> Table:
    """A row of the POP's OLT."""
    values: dict[str, float | None] = {"onu_up": float(up), f"onu_last_down_{cause}": 1.0}
    columns = {name: [value] for name, value in values.items()}
    return Table("snmp", ["olt"], [0], columns, row=["0/1"], info={"description": [SITE]}, period_seconds=300)


def radio(level: float) -> Table:
    """The site's own radio."""
    columns: dict[str, list[float | None]] = {"radio_signal_dbm": [level], "radio_up": [1.0]}
    return Table("snmp", ["cpe"], [0], columns, row=["wlan1"])


def incident(city: ToldCity) -> Incident:
    """The site's newest one."""
    mine = [one for one in city.watch.incidents.saved() if one.root == SITE and one.kind == "site_down"]
    return max(mine, key=lambda one: one.began_at)


def got(city: ToldCity, receiver: str = "hook") -> list[Document]:
    mine = (one.document for one in city.letters if one.receiver == receiver)
    return [one for one in mine if one.root == SITE and one.about == "site_down"]


def kinds(documents: Iterable[Document]) -> list[str]:
    return [document.kind for document in documents]


def test_the_recovery_after_a_power_cut_says_that_there_was_no_power(city: ToldCity) -> None:
    city.dark.add(SITE)
    city.run(5 * MINUTE)
    city.dark.clear()
    city.run(MINUTE)
    firing, recovered = got(city)
    assert "Cause: not known yet." in firing.text
    assert recovered.weighed.cause == "power_site"
    assert "Cause: no power at the site (likely): the agent's box stopped with the loss." in recovered.text


def test_the_recovery_after_a_cut_never_blames_the_power(city: ToldCity) -> None:
    city.cut.add(SITE)
    city.run(5 * MINUTE)
    city.cut.clear()
    city.run(MINUTE)
    assert got(city)[-1].weighed.cause == "link"
    assert "Cause: the radio link (a guess): the agent's box ran on" in got(city)[-1].text


def test_a_recovery_waits_a_minute_for_an_agent_that_does_not_report(city: ToldCity) -> None:
    city.dark.add(SITE)
    city.run(5 * MINUTE)
    city.dark.clear()
    city.stopped.add(SITE)
    city.run(50)
    assert incident(city).status == "closed"
    assert kinds(got(city)) == ["firing"]
    city.run(30)
    assert kinds(got(city)) == ["firing", "recovered"]
    assert "Cause" not in got(city)[-1].text


def test_the_next_outage_does_not_wait_for_the_recovery_before_it(city: ToldCity) -> None:
    city.dark.add(SITE)
    city.run(3 * MINUTE)
    city.dark.clear()
    city.stopped.add(SITE)
    city.run(15)
    city.cut.add(SITE)
    city.run(3 * MINUTE)
    assert kinds(got(city)) == ["firing", "recovered", "firing"]


def test_a_restart_of_the_collector_loses_no_recovery_that_waits(city: ToldCity) -> None:
    city.dark.add(SITE)
    city.run(3 * MINUTE)
    city.dark.clear()
    city.stopped.add(SITE)
    city.run(15)
    assert kinds(got(city)) == ["firing"]
    first = incident(city).id
    city.restart()
    city.run(2 * MINUTE)
    assert kinds(one for one in got(city) if one.incident == first) == ["firing", "recovered"]


def test_a_cause_that_a_person_sets_ends_the_waiting(city: ToldCity) -> None:
    city.dark.add(SITE)
    city.run(3 * MINUTE)
    city.do(CauseSet(incident(city).id, "Sari", "power"))
    city.dark.clear()
    city.stopped.add(SITE)
    city.run(15)
    assert kinds(got(city)) == ["firing", "recovered"]
    assert "Cause, as Sari set it: power failure (PLN)." in got(city)[-1].text
    assert city.watch.confirmed == {("unknown", "power"): 1}


def test_a_late_report_corrects_the_cause_and_rings_nowhere(city: ToldCity) -> None:
    city.dark.add(SITE)
    city.run(3 * MINUTE)
    city.dark.clear()
    city.stopped.add(SITE)
    city.run(10 * MINUTE)
    assert incident(city).weighed.cause == "unknown"
    city.stopped.clear()
    city.run(MINUTE)
    assert incident(city).weighed.cause == "power_site"
    assert kinds(got(city)) == ["firing", "recovered"]
    *_, edited = got(city, "chat")
    assert (edited.kind, edited.title) == ("updated", "🟢 PULIH: Site 1.1")
    assert "Penyebab: listrik padam di lokasi" in edited.text


def test_a_dying_gasp_that_is_read_late_corrects_the_cause_without_a_ring() -> None:
    city = fibre_city()
    city.rows[POP] = [onu(up=True, cause="los")]
    city.run(MINUTE)
    city.rows.clear()
    city.dark.add(SITE)
    city.run(3 * MINUTE)
    city.dark.clear()
    city.stopped.add(SITE)
    city.run(2 * MINUTE)
    assert incident(city).weighed.cause == "unknown"
    city.rows[POP] = [onu(up=True, cause="dying_gasp")]
    city.run(MINUTE)
    assert incident(city).weighed.cause == "power_site"
    assert kinds(got(city)) == ["firing", "recovered"]
    *_, edited = got(city, "chat")
    assert "ONU-nya melapor kehilangan listrik (dying gasp)" in edited.text


def test_the_first_notice_has_the_fade_of_the_radio_with_its_figures(city: ToldCity) -> None:
    for level in (-62, -70, -79, -88):
        city.rows[SITE] = [radio(level)]
        city.run(MINUTE)
    city.cut.add(SITE)
    city.run(3 * MINUTE)
    (firing,) = got(city)
    assert (
        "Cause: the radio link (likely): the radio's signal fell before: \u221262 → \u221288 dBm in "
        in firing.text
    )
    assert "Do: check the power (PoE) of the radios at both ends" in firing.text


def test_a_restart_of_the_collector_forgets_no_cause(city: ToldCity) -> None:
    city.dark.add(SITE)
    city.run(3 * MINUTE)
    city.dark.clear()
    city.run(MINUTE)
    before = incident(city)
    city.restart()
    city.run(10 * MINUTE)
    assert before.weighed.cause == "power_site"
    assert incident(city).weighed == before.weighed


def test_incidents_that_ended_are_counted_by_their_cause(city: ToldCity) -> None:
    city.dark.add(SITE)
    city.run(3 * MINUTE)
    city.dark.clear()
    city.run(8 * MINUTE)
    assert city.watch.incidents.causes_ended == {("site_down", "power_site"): 1}


def test_a_step_of_the_clock_loses_no_count_of_causes(city: ToldCity) -> None:
    city.dark.add(SITE)
    city.run(3 * MINUTE)
    city.dark.clear()
    city.run(8 * MINUTE)
    city.watch.stepped(Step(3600.0, city.now, city.now), city.now + 3600.0)
    assert city.watch.incidents.causes_ended == {("site_down", "power_site"): 1}
