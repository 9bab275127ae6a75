"""From evidence to the letters of a batch: who is told of an outage, and that its end is told to the same."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from collector.assignments.compile import expected
from collector.city.step import Step
from collector.duty import Shift
from collector.incidents import Acknowledged, CauseSet
from collector.inventory import Receiver
from collector.inventory.city import Alertmanager, Duty, Escalation, Telegram, Webhook
from collector.planned import MaintenanceWindow
from tests.fakes.city import city as fake_city
from tests.fakes.played_city import START
from tests.fakes.told_city import ToldCity, webhook

POP, CHILD = "pop-1", "site-1-1"


def local(hour: int, minute: int) -> datetime:
    """A time of the played day."""
    return datetime(2026, 9, 24, hour, minute)


def played(**receivers: Receiver) -> ToldCity:
    return ToldCity(fake_city(pops=3, sites_per_pop=3, receivers=receivers))


def test_each_receiver_is_told_what_fits_it_in_its_language_and_its_end() -> None:
    city = played(
        all=structs.replace(webhook(), language="id"),
        pops=webhook(role=["pop"]),
        elsewhere=webhook(district=["District 2"]),
    )
    city.cut.add(CHILD)
    city.run(100)
    assert city.told() == [("all", "firing", CHILD)]
    assert city.letters[0].document.title.startswith("🔴 PUTUS: ")
    city.cut.clear()
    city.run(60)
    assert city.told() == [("all", "firing", CHILD), ("all", "recovered", CHILD)]


def test_alertmanager_gets_no_letters() -> None:
    city = played(noc=Receiver(alertmanager=Alertmanager(url="http://127.0.0.1:9")))
    city.cut.add(POP)
    city.run(60)
    assert city.watch.incidents.open()
    assert city.letters == []


def test_a_channel_that_edits_gets_a_letter_for_each_change_and_others_do_not() -> None:
    group = Receiver(telegram=Telegram(chat=-1, token_file="token"), language="en")
    city = played(shift=webhook(), group=group)
    city.cut.add(POP)
    city.run(60)
    assert city.told() == [("shift", "firing", POP), ("group", "firing", POP)]
    (incident,) = city.watch.incidents.open()
    city.do(Acknowledged(incident.id, "Sari"))
    city.run(60)
    city.do(CauseSet(incident.id, "Sari", "power"))
    city.run(60)
    updates = city.letters[2:]
    assert [(one.receiver, one.document.kind) for one in updates] == [("group", "updated")] * 2
    assert "Sari is on it" in updates[0].document.text
    assert "power failure (PLN)." in updates[1].document.text
    city.cut.clear()
    city.run(120)
    rest = [(one.receiver, one.document.kind) for one in city.letters[4:]]
    assert [one for one in rest if one[1] != "updated"] == [("shift", "recovered"), ("group", "recovered")]
    assert rest[-1] == ("group", "recovered")


def test_a_receiver_of_a_sites_notice_gets_that_of_its_pop_and_its_end() -> None:
    city = played(mild=webhook(severity=["warning"]), grave=webhook(severity=["critical"]))
    city.cut.add(CHILD)
    city.run(100)
    assert city.told() == [("mild", "firing", CHILD)]
    child = city.letters[0].document.incident
    city.cut.add(POP)
    city.run(60)
    assert city.told()[1:] == [("mild", "firing", POP), ("grave", "firing", POP)]
    assert city.letters[1].document.merged == [child]
    city.cut.clear()
    city.run(120)
    ends = [one for one in city.told() if one[1] == "recovered"]
    assert ends == [("mild", "recovered", POP), ("grave", "recovered", POP)]


def test_a_collector_that_slept_calls_nobody_silent_and_itself_not_blind() -> None:
    city = played(shift=webhook())
    city.cut.add(POP)
    city.run(30)
    assert city.told() == [("shift", "firing", POP)]
    city.now += 3600
    city.tell_nothing()
    city.run(120)
    assert city.told() == [("shift", "firing", POP)]
    city.now += 300
    city.cut.clear()
    city.tell_nothing()
    city.run(60)
    assert city.told() == [("shift", "firing", POP), ("shift", "recovered", POP)]


def test_a_restart_forgets_no_receiver_although_the_inventory_changed() -> None:
    city = played(shift=webhook())
    city.cut.add(CHILD)
    city.run(100)
    receivers = {"shift": webhook(severity=["info"]), "new": webhook()}
    city.state.city = structs.replace(city.state.city, receivers=receivers)
    city.restart()
    city.run(60)
    assert city.told() == [("shift", "firing", CHILD)], "nothing new is known"
    city.cut.clear()
    city.run(60)
    assert city.told() == [("shift", "firing", CHILD), ("shift", "recovered", CHILD)]


def test_a_receiver_with_a_new_name_gets_the_end_of_what_its_channel_knows() -> None:
    city = played(
        shift=webhook(), other=structs.replace(webhook(), webhook=Webhook(url="http://127.0.0.1:8/"))
    )
    city.cut.add(CHILD)
    city.run(100)
    receivers = {"piket": city.city.receivers["shift"], "new": webhook(severity=["critical"])}
    city.state.adopt(
        structs.replace(city.city, receivers=receivers), expected(city.assignments), city.assignments
    )
    city.letters += city.watch.adopt(city.assignments).letters
    city.cut.clear()
    city.run(60)
    assert sorted(city.told()) == [
        ("other", "firing", CHILD),
        ("piket", "recovered", CHILD),
        ("shift", "firing", CHILD),
    ]


def test_planned_work_writes_no_letter_until_it_is_over() -> None:
    city = played(shift=webhook())
    city.plan(MaintenanceWindow(title="Work", starts=local(14, 1), ends=local(14, 10), sites=[POP]))
    city.run(40)
    city.cut.add(POP)
    city.run(460)
    assert city.told() == []
    assert [one.planned for one in city.watch.incidents.open()] == ["Work"]
    city.run(100)
    assert city.told() == [("shift", "firing", POP)]
    assert "It outlasts planned work: Work." in city.letters[0].document.text


def test_a_receiver_that_knows_of_a_site_hears_that_its_pop_is_back_after_work() -> None:
    """The site is announced. Then its POP fails within its own window and takes it in."""
    city = played(mild=webhook(severity=["warning"]), grave=webhook(severity=["critical"]))
    city.cut.add(CHILD)
    city.run(100)
    city.plan(MaintenanceWindow(title="Work", starts=local(14, 0), ends=local(14, 10), sites=[CHILD, POP]))
    city.cut.add(POP)
    city.run(200)
    assert city.told() == [("mild", "firing", CHILD)]
    city.cut.clear()
    city.run(60)
    assert city.told() == [("mild", "firing", CHILD), ("mild", "recovered", POP)]


def test_planned_work_goes_on_when_the_clock_is_set() -> None:
    city = played(shift=webhook())
    now = datetime.fromtimestamp(city.now, ZoneInfo("UTC"))
    city.plan(MaintenanceWindow(title="Work", starts=now, ends=now + timedelta(hours=2), sites=[POP]))
    city.cut.add(POP)
    city.run(40)
    step = Step(24 * 3600.0, START, city.now)
    changes = city.watch.stepped(step, city.now + step.by)
    (window,) = changes.windows.values()
    assert window.over_at == city.now - 40 + step.by + 2 * 3600
    assert window.made_at == city.now - 40 + step.by
    assert city.watch.plan.at(city.now + step.by).sites == {POP: "Work"}


def test_planned_work_is_not_forgotten_while_the_clock_is_days_ahead() -> None:
    city = played(shift=webhook())
    city.plan(MaintenanceWindow(title="Work", starts=local(14, 0), ends=local(16, 0), sites=[POP]))
    for by in (48 * 3600.0, -48 * 3600.0):
        city.watch.stepped(Step(by, city.now - 60, city.now), city.now + by)
        city.now += by
    assert city.watch.plan.at(city.now).sites == {POP: "Work"}


def on_call(**match: list[str]) -> Receiver:
    return structs.replace(webhook(**match), on_call_only=True)


def shared_out(**tables: object) -> ToldCity:
    """Sari is on duty until 14:10 of the played day, then Budi; each has a receiver."""
    receivers = {"sari": on_call(), "budi": on_call(), "head": on_call(), "all": webhook()}
    duty = {"sari": Duty(name="Sari", receiver="sari"), "budi": Duty(name="Budi", receiver="budi")}
    rota = [
        Shift(people=["sari"], from_="00:00", to="14:10"),
        Shift(people=["budi"], from_="14:10", to="00:00"),
    ]
    return ToldCity(fake_city(pops=3, sites_per_pop=3, receivers=receivers, duty=duty, rota=rota, **tables))


def test_the_receiver_of_a_person_gets_the_notices_of_a_duty_and_their_ends() -> None:
    city = shared_out()
    city.cut.add(POP)
    city.run(60)
    assert [one[:2] for one in city.told()] == [("sari", "firing"), ("all", "firing")]
    city.run(10 * 60)
    assert [one[:2] for one in city.told()] == [("sari", "firing"), ("all", "firing"), ("budi", "firing")]
    handover = local(14, 10).replace(tzinfo=ZoneInfo(city.city.timezone)).timestamp()
    assert handover <= city.letters[-1].document.at < handover + 2
    city.cut.clear()
    city.run(120)
    ends = [one[0] for one in city.told() if one[1] == "recovered"]
    assert ends == ["sari", "budi", "all"]


def test_the_handover_comes_about_though_the_collector_was_restarted() -> None:
    city = shared_out()
    city.cut.add(POP)
    city.run(8 * 60)
    assert [one[0] for one in city.told()] == ["sari", "all"]
    city.now += 3 * 60
    city.restart()
    city.run(60)
    assert [one[0] for one in city.told()] == ["sari", "all", "budi"]
    city.restart()
    city.run(60)
    assert [one[0] for one in city.told()] == ["sari", "all", "budi"]


def test_a_further_receiver_gets_the_escalation_and_the_end_once() -> None:
    steps = [
        Escalation(after_minutes=2, receivers=["head"]),
        Escalation(after_minutes=3, receivers=["all", "gone"]),
    ]
    city = shared_out(escalation=steps)
    city.cut.add(POP)
    city.run(150)
    city.restart()
    city.run(150)
    assert [one[:2] for one in city.told()] == [
        ("sari", "firing"),
        ("all", "firing"),
        ("head", "escalated"),
        ("all", "escalated"),
    ]
    text = city.letters[2].document.text
    assert "Nobody has taken it in hand for 2 min" in text
    assert "On duty: Sari" in text
    city.cut.clear()
    city.run(60)
    assert sorted(one[0] for one in city.told() if one[1] == "recovered") == ["all", "head", "sari"]
