"""The timeline of an incident: one order, each point with its actor, in the city's time."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from collector.incidents import Action, Incident, Moment
from collector.inventory.city import OfficeHours
from collector.notices.delivery import Deliveries, NoticeDelivery, StateTaken
from collector.notices.texts import Language
from collector.web.incident.around import Around, named_by
from collector.web.incident.timeline import FIRST_SHOWN, NEWEST_SHOWN, TimelineLine, timeline
from collector.web.words import Speaker
from tests.fakes.incidents import NOW, incident, over
from tests.fakes.receivers import alertmanager, notifying, webhook

ZONE = ZoneInfo("Asia/Pontianak")
NIGHT = msgspec.structs.replace(webhook(), hours=OfficeHours(severity=["warning"]))
CITY = notifying(shift=webhook(), slow=webhook(), gone=webhook(), office=NIGHT, am=alertmanager())


def lines(around: Around, language: Language = "en", now: float = NOW) -> list[TimelineLine]:
    return timeline(around, CITY, Speaker(language, ZONE, now))


def texts(around: Around, language: Language = "en") -> list[str]:
    return [
        " ".join((one.text, ", ".join(each.name for each in one.names), one.rest)).replace("  ", " ").strip()
        for one in lines(around, language)
    ]


def sent(
    receiver: str, status: str = "delivered", tried_at: float | None = NOW - 58, **more: object
) -> NoticeDelivery:
    known = {"notice": "abcd2345-1", "kind": "firing", "at": NOW - 60, "attempts": 1, "error": "", **more}
    return NoticeDelivery(receiver=receiver, status=status, tried_at=tried_at, **known)  # type: ignore[arg-type]


def remembered(*moments: Moment, **changes: Any) -> Incident:
    return incident(moments=moments, **changes)


def test_the_points_come_in_one_order_whatever_they_are() -> None:
    one = over(remembered(Moment(NOW - 90, "grew", "1", "3", ("gradasi", "pop-selatan"))), NOW - 5)
    done = (
        Action(NOW - 20, "Budi", "telegram:77", "note", one.id, "fuse"),
        Action(NOW - 40, "Sari", "page", "acknowledge", one.id),
    )
    around = Around(one, actions=done, deliveries=Deliveries([sent("shift")], 0))
    assert texts(around) == [
        "It began: no answer in time, seen from POP Selatan",
        "pantau detected it, 2 s after it began",
        "It grew from 1 to 3 sites: Kampung Digital Gradasi, POP Selatan",
        "pantau announced it to shift",
        "Sari took it in hand (on this page)",
        "Budi noted: fuse (Telegram)",
        "It recovered, 1 min 55 s after it began",
    ]
    found = lines(around)
    assert found[0].clock == "21:11:20 WIB"
    assert found[0].iso == "2026-09-21T21:11:20+07:00"
    assert [one.iso for one in found] == sorted(one.iso for one in found)


def test_each_receiver_has_the_time_of_its_delivery_or_the_reason_why_not_yet() -> None:
    letters = [
        sent("shift"),
        sent("quick", tried_at=NOW - 59.7),
        sent("slow", "waiting", NOW - 40, attempts=3, error="HTTP 503"),
        sent("gone", "dead", NOW - 30, error="HTTP 400"),
        sent("office", "waiting", None, attempts=0),
        sent("unnamed", "waiting", None, attempts=0),
        sent("before", tried_at=None),
    ]
    around = Around(incident(), deliveries=Deliveries(letters, 0), private=True)
    (point,) = (one for one in lines(around) if one.sign in ("sent", "unsent"))
    assert point.sign == "unsent"
    assert [one.text for one in point.details] == [
        "shift took it at 21:12:22 WIB, 2 s later",
        "quick took it at 21:12:20 WIB, at once",
        "slow has not taken it yet; attempt 3 failed at 21:12:40 WIB: HTTP 503",
        "gone never took it; pantau gave up at 21:12:50 WIB, after attempt 1: HTTP 400",
        "office gets it when the office opens, at 22-09 07:30",
        "unnamed: the inventory has no such receiver any more",
        "before took it; the time is not kept",
        "am (Alertmanager) gets the whole state, again each minute",
    ]
    public = [
        one.text for one in next(one for one in lines(around._replace(private=False)) if one.details).details
    ]
    assert not any("HTTP" in text for text in public), "an error of a channel is for people with permission"


def test_an_incident_that_nobody_knows_of_says_why() -> None:
    fresh = incident(announced_at=None, notices=0)
    after: dict[str, Any] = {"announced_at": None, "notices": 0}
    said = {
        "not yet": Around(fresh, announce_at=NOW + 30),
        "waits": Around(fresh, announce_at=NOW - 30),
        "planned": Around(incident(planned="New cable", **after)),
        "part": Around(incident(part_of="whole234", **after)),
        "short": Around(over(fresh)),
        "within work": Around(over(incident(planned="New cable", **after))),
    }
    assert {key: texts(around)[-1] for key, around in said.items()} == {
        "not yet": "Nobody has a notice yet: pantau announces it at 21:13:50 WIB if it lasts",
        "waits": "Nobody has a notice yet: pantau waits until measurements confirm that it stays so",
        "planned": "Nobody gets a notice, because planned work covers it",
        "part": "The notices of the power cut tell of it",
        "short": "It ended before a notice was due, so nobody got one",
        "within work": "Planned work covered it, so nobody got a notice",
    }


def test_an_end_that_waits_for_the_agents_word_says_so() -> None:
    waiting = over(incident(recovery_due_at=NOW + 20))
    assert texts(Around(waiting))[-1].endswith("announces the end at 21:13:40 WIB at the latest")


def test_deliveries_that_the_store_forgot_leave_the_announcement() -> None:
    old = texts(Around(over(incident(announced_at=NOW - 31 * 86400.0))))
    assert "pantau announced it; the store keeps deliveries for a month" in old


def test_an_announcement_that_no_receiver_wants_says_so() -> None:
    nobody = msgspec.structs.replace(CITY, receivers={})
    found = timeline(Around(incident()), nobody, Speaker("en", ZONE, NOW))
    assert "It was due to be announced, but no receiver of the inventory wants it" in [
        one.text for one in found
    ]


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (StateTaken(NOW - 30), "last took the whole state at 21:12:50 WIB; it gets it again each minute"),
        (StateTaken(NOW - 90, "HTTP 503"), "does not take the state; it last did at 21:11:50 WIB: HTTP 503"),
        (StateTaken(None, "HTTP 503"), "does not take the state: HTTP 503"),
    ],
)
def test_an_alertmanager_takes_the_state_or_says_why_not(taken: StateTaken, said: str) -> None:
    around = Around(incident(), states_taken={"am": taken}, private=True)
    (point,) = (one for one in lines(around) if one.text == "pantau announced it")
    assert [one.text for one in point.details] == [f"am (Alertmanager) {said}"]
    assert point.sign == ("unsent" if taken.error else "sent")


LINK, SITE_POWER = "the link", "no power at the site"
BACK = "It shrank from 5 to 1 sites; these came back: Kampung Digital Gradasi and 3 more"
CORRECTED = f"pantau corrected the cause by the clues: {SITE_POWER}, no longer {LINK}"
TOOK_IN = "It took in another incident: Kampung Digital Gradasi (#part2345)"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (Moment(NOW, "shrank", "5", "1", ("gradasi",)), BACK),
        (Moment(NOW, "severity", "warning", "critical"), "Its severity became: critical"),
        (Moment(NOW, "scope", "here", "everywhere"), "No place reached it any more"),
        (Moment(NOW, "cause", "unknown", "link"), f"pantau found a cause by the clues: {LINK}"),
        (Moment(NOW, "cause", "link", "power_site"), CORRECTED),
        (Moment(NOW, "cause", "link", "unknown"), f"The clues no longer speak for a cause; before: {LINK}"),
        (Moment(NOW, "cause", "unknown", "locusts"), "pantau found a cause by the clues: locusts"),
        (Moment(NOW, "planned", "", "New cable"), "Planned work covers it: New cable"),
        (Moment(NOW, "outlasted", "New cable", ""), "The planned work is over: New cable"),
        (Moment(NOW, "earlier"), "pantau learned that it began earlier than was known"),
        (Moment(NOW, "took_in", "", "part2345"), TOOK_IN),
        (Moment(NOW, "joined", "", "whole234"), "It became a part of #whole234"),
        (Moment(NOW, "parted", "whole234", ""), "It stands for itself again, and was a part of #whole234"),
    ],
)
def test_each_moment_has_its_words(moment: Moment, said: str) -> None:
    one = remembered(moment, announced_at=None)
    assert said in texts(Around(one, others={"part2345": incident(id="part2345")}))
    assert texts(Around(one), "id") != texts(Around(one), "en")


def test_the_page_asks_the_store_for_the_incidents_that_it_names() -> None:
    moments = Moment(NOW, "took_in", "", "part2345"), Moment(NOW, "grew", "1", "2")
    one = remembered(*moments, merged_into="wide2345", part_of="whole234")
    assert named_by(one) == {"part2345", "wide2345", "whole234"}


def test_of_a_long_history_the_middle_is_left_out_and_counted() -> None:
    notes = [Action(NOW - number, "Sari", "page", "note", "abcd2345", "x") for number in range(300)]
    found = lines(Around(incident(moments_dropped=5), actions=notes))
    assert len(found) == FIRST_SHOWN + NEWEST_SHOWN
    assert found[FIRST_SHOWN].gap == 300 + 3 - FIRST_SHOWN - NEWEST_SHOWN + 5


def test_a_merged_incident_leads_to_the_wider_one() -> None:
    one = msgspec.structs.replace(over(incident()), status="merged", merged_into="wide2345")
    (last,) = (line for line in lines(Around(one)) if "wider" in line.text)
    assert last.names[0].href == "/incidents/wide2345"
