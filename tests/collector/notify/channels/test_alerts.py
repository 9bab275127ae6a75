"""Which alerts an Alertmanager is to have, and which are over."""

from datetime import datetime

import msgspec

from collector.incidents import Incident
from collector.inventory import City
from collector.notify.channels.alerts import AHEAD_SECONDS, Alert, alerts, ended, trial
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, down, incident, over
from tests.fakes.receivers import alertmanager, notifying

TOWN = notifying(noc=alertmanager())
SITE = incident(root="gradasi", id="ssss2345")
POP = incident(
    root="pop-selatan", id="pppp2345", severity="critical", affected=down("pop-selatan", "gradasi", "warkop")
)
MERGED = msgspec.structs.replace(over(SITE, NOW - 10), status="merged", merged_into=POP.id)


def labels(about: Incident, town: City = TOWN) -> dict[str, str]:
    (alert,) = firing([about], town, "noc", NOW)
    return alert.labels


def firing(incidents: list[Incident], town: City, receiver: str, now: float) -> list[Alert]:
    """Those that fire at that time."""
    return [alert for alert in alerts(incidents, town, receiver, now) if seconds(alert.ends_at) > now]


def seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def test_an_alert_has_the_labels_that_routes_need_and_no_empty_ones() -> None:
    assert labels(SITE) == {
        "alertname": "SiteDown",
        "incident": "ssss2345",
        "kind": "site_down",
        "severity": "warning",
        "site": "gradasi",
        "district": "Pontianak Selatan",
        "role": "hotspot",
        "pop": "pop-selatan",
    }


def test_a_pop_has_the_same_label_as_all_that_hang_below_it() -> None:
    assert labels(POP)["pop"] == "pop-selatan"
    assert labels(incident(root="warkop"))["pop"] == "pop-selatan"
    assert "pop" not in labels(incident(root="dinkes"))


def test_a_target_is_of_the_site_whose_it_is() -> None:
    own = labels(incident("target_down", "printer", agent="dinkes", probe="tcp", affected=()))
    assert own["alertname"] == "TargetDown"
    assert (own["site"], own["target"], own["probe"], own["role"]) == ("dinkes", "printer", "tcp", "office")
    shared = labels(incident("application_down", "sehat", affected=()))
    assert shared["target"] == "sehat"
    assert not {"site", "district", "role", "pop"} & shared.keys()


def test_a_mute_router_of_a_site_that_is_up_names_the_site_once() -> None:
    router = labels(incident("target_down", "gradasi", probe="icmp"))
    assert (router["site"], router.get("target")) == ("gradasi", None)


def test_it_fires_from_the_beginning_until_a_day_from_now() -> None:
    (alert,) = firing([SITE], TOWN, "noc", NOW)
    assert seconds(alert.starts_at) == SITE.began_at
    assert seconds(alert.ends_at) == NOW + 86400
    assert msgspec.json.decode(msgspec.json.encode(alert)).keys() == {
        "labels",
        "annotations",
        "startsAt",
        "endsAt",
    }


def test_it_says_what_people_read() -> None:
    (alert,) = firing([SITE], TOWN, "noc", NOW)
    assert alert.annotations["summary"] == "🔴 DOWN: Kampung Digital Gradasi"
    assert alert.annotations["description"].startswith(alert.annotations["summary"])


def test_what_is_not_announced_is_over_or_does_not_match_does_not_fire() -> None:
    unannounced = incident(announced_at=None)
    assert firing([unannounced, over(POP)], TOWN, "noc", NOW) == []
    assert firing([SITE], notifying(noc=alertmanager(severity=["critical"])), "noc", NOW) == []


def test_a_merged_one_fires_as_long_as_the_wider_one_does() -> None:
    assert {alert.labels["site"] for alert in firing([MERGED, POP], TOWN, "noc", NOW)} == {
        "gradasi",
        "pop-selatan",
    }
    assert firing([MERGED, over(POP)], TOWN, "noc", NOW) == []


def test_a_merged_one_fires_through_a_chain_of_mergers() -> None:
    metro = incident(root="noc", id="mmmm2345")
    pop = msgspec.structs.replace(over(POP, NOW - 5), status="merged", merged_into=metro.id)
    assert len(firing([MERGED, pop, metro], TOWN, "noc", NOW)) == 3
    assert firing([MERGED, pop, over(metro)], TOWN, "noc", NOW) == []


def held(*incidents: Incident, receiver: str = "noc") -> list[Alert]:
    """What Alertmanager has after a post of these."""
    return firing([*incidents], notifying(**{receiver: alertmanager()}), receiver, NOW - 60)


def test_what_fires_there_and_is_over_ends_when_it_ended() -> None:
    gone = over(SITE, NOW - 10)
    (alert,) = ended(held(SITE), [], [gone], "noc", NOW)
    assert alert.labels == labels(SITE)
    assert seconds(alert.ends_at) == NOW - 10


def test_a_merged_one_ends_with_the_wider_one() -> None:
    (alert,) = ended(held(SITE), [], [MERGED, over(POP, NOW - 3)], "noc", NOW)
    assert seconds(alert.ends_at) == NOW - 3


def test_what_ended_within_a_day_is_posted_with_its_end_and_its_words() -> None:
    ended = over(SITE, NOW - 10)
    (alert,) = alerts([ended], TOWN, "noc", NOW)
    assert seconds(alert.ends_at) == NOW - 10
    assert alert.labels == labels(SITE)
    assert alert.annotations["summary"] == "🟢 RECOVERED: Kampung Digital Gradasi"
    assert alerts([ended], TOWN, "noc", NOW - 11 + AHEAD_SECONDS) == [alert]
    assert alerts([ended], TOWN, "noc", NOW - 9 + AHEAD_SECONDS) == []


def test_what_ended_before_it_was_announced_is_not_posted() -> None:
    assert alerts([over(incident(announced_at=None), NOW - 10)], TOWN, "noc", NOW) == []


def test_what_still_fires_is_not_ended() -> None:
    assert ended(held(SITE, POP), firing([SITE, POP], TOWN, "noc", NOW), [SITE, POP], "noc", NOW) == []


def test_what_became_graver_ends_as_what_it_was_and_goes_on_as_what_it_is() -> None:
    graver = msgspec.structs.replace(SITE, severity="critical")
    now_told = firing([graver], TOWN, "noc", NOW)
    (old,) = ended(held(SITE), now_told, [graver], "noc", NOW)
    assert old.labels["severity"] == "warning"
    assert seconds(old.ends_at) == NOW
    assert now_told[0].labels["severity"] == "critical"


def test_what_the_receiver_is_not_to_have_any_more_ends() -> None:
    """Its match was changed, or its site left the inventory."""
    assert len(ended(held(SITE), [], [SITE], "noc", NOW)) == 1


def test_anothers_alerts_are_left_alone() -> None:
    assert ended(held(SITE), [], [], "noc", NOW) == [], "an incident of another collector"
    assert ended(held(SITE, receiver="other"), [], [over(SITE)], "noc", NOW) == [], "of another receiver"
    strange = Alert({"incident": "ssss2345"}, {}, "", "")
    assert ended([strange], [], [over(SITE)], "noc", NOW) == []


def test_a_test_fires_for_a_minute_and_looks_like_no_incident() -> None:
    alert = trial("noc", "title", "text", NOW)
    assert alert.labels["kind"] == "test"
    assert "incident" not in alert.labels
    assert seconds(alert.ends_at) - seconds(alert.starts_at) == 60


def test_a_site_that_left_the_inventory_still_has_an_alert_until_it_is_over() -> None:
    without = msgspec.structs.replace(TOWN, sites={"noc": PONTIANAK.sites["noc"]})
    (alert,) = firing([SITE], without, "noc", NOW)
    assert "role" not in alert.labels
