"""The course of an incident is saved while it goes on, and for the last time when its time is over."""

from collector.past import Course, Past
from collector.past.course import AFTER_SECONDS
from collector.past.followed import AT_MOST, LAG_SECONDS, FollowedIncidents
from collector.past.paths import MeasuredPath, PathRows
from collector.past.witnesses import witnesses
from tests.collector.past.playing import PAIRS, past, ping, take
from tests.fakes.incidents import NOW, down, incident
from tests.fakes.small_city import EXPECTED

GATEWAY = incident("target_down", "gateway", agent="gradasi", began_at=NOW, seen_by=())


def run(one: Past, since: float, until: float) -> list[tuple[float, Course]]:
    """Each second; the courses that are to be saved, with their times."""
    saved = []
    for second in range(int(until - since)):
        now = since + second
        if second % 10 == 0:
            take(one, now, ping(0.0, 0.004), now=now)
        changes = one.changes([GATEWAY] if second == 5 else [], now)
        saved += [(now - NOW, course) for course in changes.courses.values()]
    return saved


def test_a_course_is_saved_early_then_now_and_then_and_once_complete() -> None:
    one = past(NOW - 1000)
    run(one, NOW - 1000, NOW - 5)
    saved = run(one, NOW, NOW + 2000)
    assert [course.complete for _, course in saved] == [False] * (len(saved) - 1) + [True]
    assert saved[0][0] < 70
    assert AFTER_SECONDS + LAG_SECONDS <= saved[-1][0] <= AFTER_SECONDS + LAG_SECONDS + 1
    (whole,) = saved[-1][1].paths
    assert sum(map(bool, whole.states)) > 170


def test_a_course_goes_on_after_a_restart() -> None:
    one = past(NOW - 1000)
    run(one, NOW - 1000, NOW + 300)
    one.changes([GATEWAY], NOW + 300)
    (half,) = one.last().courses.values()
    again = Past(NOW + 310, {}, [half], [GATEWAY])
    again.adopt(PAIRS)
    saved = run(again, NOW + 310, NOW + 1100)
    (whole,) = saved[-1][1].paths
    assert saved[-1][1].complete
    assert sum(map(bool, whole.states)) > 170


def test_a_course_that_was_complete_before_a_restart_is_not_begun_anew() -> None:
    began, hour = NOW - 1500, 3600.0
    again = Past(NOW, {}, [], [incident(began_at=began, opened_at=began + 2)])
    again.adopt(EXPECTED)
    long_after = [incident("degraded", began_at=NOW - 1500, opened_at=NOW - 1)]
    followed = FollowedIncidents()
    followed.follow([incident(began_at=began, opened_at=began + 2)], NOW)
    followed.follow([incident(id="late", began_at=NOW - hour, opened_at=NOW)], NOW)
    assert (again.last().courses, followed.all()) == ({}, [])
    followed.follow(long_after, NOW)
    assert followed.all() == long_after


def test_an_incident_of_just_before_a_kill_is_followed_after_it() -> None:
    one = Past(NOW + 20, {}, [], [GATEWAY])
    one.adopt(PAIRS)
    assert run(one, NOW + 20, NOW + 1000)[-1][1].complete


def test_of_more_incidents_than_it_follows_the_rest_is_counted() -> None:
    followed = FollowedIncidents()
    followed.follow([incident(id=f"id-{number}") for number in range(AT_MOST + 7)], NOW)
    followed.follow([incident(id=f"id-{number}") for number in range(AT_MOST + 7)], NOW + 1)
    assert (len(followed.all()), followed.dropped) == (AT_MOST, 7)


def test_an_old_incident_that_changes_is_not_followed_again() -> None:
    followed = FollowedIncidents()
    followed.follow([incident(began_at=NOW - 86400)], NOW)
    followed.follow([incident("agent_trouble")], NOW)
    assert followed.all() == []


def test_the_witnesses_are_those_in_evidence_and_the_own_uplink() -> None:
    paths = PathRows()
    paths.adopt({**EXPECTED, "gradasi": [("icmp", "uplink"), *EXPECTED["gradasi"]]})
    assert witnesses(incident("site_down", "gradasi", seen_by=("noc",)), paths) == [
        MeasuredPath("noc", "icmp", "gradasi"),
        MeasuredPath("gradasi", "icmp", "uplink"),
    ]
    cut = incident("power_cut", "feeder/timur", seen_by=(), affected=down("gradasi"))
    assert witnesses(cut, paths) == [MeasuredPath("noc", "icmp", "gradasi")]
    assert witnesses(incident("target_down", "sehat", probe="http", agent="gradasi", seen_by=()), paths) == [
        MeasuredPath("gradasi", "http", "sehat"),
        MeasuredPath("gradasi", "tcp", "sehat"),
    ]
