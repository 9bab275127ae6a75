"""A real Alertmanager with the routes of deploy/: what it tells a webhook of our incidents."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from collector.incidents import Incident, Kind
from collector.inventory import City
from collector.notify.channels.alertmanager import AlertmanagerSync, held, send
from collector.notify.channels.alerts import AHEAD_SECONDS
from collector.notify.channels.undelivered import Undelivered
from collector.notify.trial import trial
from tests.collector.waiting import until
from tests.fakes import receivers
from tests.fakes.answering import Server, answering, status
from tests.fakes.incidents import incident, over
from tests.fakes.receivers import notifying
from tests.servers.alertmanager import Alertmanager, alertmanager, needs_alertmanager

pytestmark = needs_alertmanager


class Room:
    """A collector's side: the incidents it has stored, and its post to Alertmanager."""

    def __init__(self, alertmanager: Alertmanager, webhook: Server) -> None:
        self.alertmanager = alertmanager
        self.webhook = webhook
        self.city = notifying(noc=receivers.alertmanager(alertmanager.url))
        self.incidents: dict[str, Incident] = {}
        self.old: dict[str, Incident] = {}
        self.restart()

    def restart(self) -> None:
        self.reposter = AlertmanagerSync(self._stored, lambda: self.city, older=self._older)

    async def _stored(self) -> list[Incident]:
        return list(self.incidents.values())

    async def _older(self, ids: Collection[str]) -> list[Incident]:
        return [self.old[id] for id in ids if id in self.old]

    async def post(self, *changed: Incident) -> None:
        self.incidents |= {one.id: one for one in changed}
        for receiver in self.city.receivers:
            await self.reposter.post(receiver)

    def told(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each message: the group's status, and (site, status) of its alerts."""
        return [
            (
                request.document["status"],
                [(alert["labels"].get("site", ""), alert["status"]) for alert in request.document["alerts"]],
            )
            for request in self.webhook.requests
        ]

    async def quiet(self) -> None:
        """Two intervals of a group in which Alertmanager would have said more."""
        before = len(self.webhook.requests)
        with pytest.raises(AssertionError):
            await until(lambda: len(self.webhook.requests) > before, seconds=2.5)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with answering(status(200)) as webhook:
        with alertmanager(tmp_path, webhook.url) as server:
            yield Room(server, webhook)


def now() -> float:
    return datetime.now().timestamp()


def down(root: str = "gradasi", **changes: Any) -> Incident:
    return msgspec.structs.replace(
        incident(root=root, **changes), began_at=now() - 20, opened_at=now() - 18, announced_at=now()
    )


FIRING = ("firing", [("gradasi", "firing")])
RESOLVED = ("resolved", [("gradasi", "resolved")])


async def test_an_outage_is_told_once_however_often_it_is_posted_and_its_end_once(room: Room) -> None:
    site = down()
    await room.post(site)
    await until(lambda: room.told() == [FIRING])
    for _ in range(3):
        await room.post()
    await room.quiet()
    await room.post(over(site, now()))
    await until(lambda: room.told() == [FIRING, RESOLVED])
    await room.post()
    await room.quiet()
    assert room.told() == [FIRING, RESOLVED]


async def test_it_fires_on_for_a_day_should_the_collector_die(room: Room) -> None:
    await room.post(down())
    (alert,) = room.alertmanager.alerts()
    assert abs(datetime.fromisoformat(alert["endsAt"]).timestamp() - now() - AHEAD_SECONDS) < 60


async def test_a_restart_of_the_collector_tells_nothing_and_what_ended_meanwhile_ends(room: Room) -> None:
    site = down()
    await room.post(site)
    await until(lambda: room.told() == [FIRING])
    room.restart()
    await room.post()
    await room.quiet()
    room.restart()
    await room.post(over(site, now() - 1))
    await until(lambda: room.told() == [FIRING, RESOLVED])
    assert room.alertmanager.alerts() == []


async def test_an_incident_that_ended_with_a_thousand_others_ends_there_too(room: Room) -> None:
    """Memory keeps the last thousand closed incidents; the store has them all."""
    site, pop, city = down(), down("pop-selatan", id="bbbb2345"), down("pop-utara", id="cccc2345")
    await room.post(site, pop)
    await until(lambda: len(room.alertmanager.alerts()) == 2)
    room.incidents.clear()
    merged = {"status": "merged", "ended_at": now()}
    room.old = {
        site.id: over(site, now()),
        pop.id: msgspec.structs.replace(pop, **merged, merged_into="dddd2345"),
        "dddd2345": msgspec.structs.replace(city, id="dddd2345", **merged, merged_into=city.id),
        city.id: over(city, now()),
    }
    await room.post()
    await until(lambda: not room.alertmanager.alerts())


async def test_the_alert_of_another_collector_stays(room: Room) -> None:
    await room.post(down())
    room.incidents.clear()
    await room.post()
    assert len(room.alertmanager.alerts()) == 1


async def test_an_alertmanager_that_sent_no_message_of_it_sends_no_end(room: Room) -> None:
    await room.post(over(down(id="past2345"), now() - 10), down())
    await until(lambda: room.told() == [FIRING])
    await room.quiet()


async def test_what_ends_while_alertmanager_is_away_ends_when_it_is_back(room: Room) -> None:
    site = down()
    await room.post(site)
    await until(lambda: room.told() == [FIRING])
    room.alertmanager.stop()
    room.incidents[site.id] = over(site, now())
    room.alertmanager.start()
    await room.post()
    await until(lambda: room.told() == [FIRING, RESOLVED])
    await room.post()
    await room.quiet()


async def test_what_ends_while_both_are_away_ends_when_they_are_back(room: Room) -> None:
    site = down()
    await room.post(site)
    await until(lambda: room.told() == [FIRING])
    room.alertmanager.stop()
    room.restart()
    room.alertmanager.start()
    await room.post(over(site, now() - 5))
    await until(lambda: room.told() == [FIRING, RESOLVED])


async def test_an_incident_that_became_graver_unseen_has_no_all_clear_and_one_end(
    room: Room,
) -> None:
    site = down()
    await room.post(site)
    await until(lambda: room.told() == [FIRING])
    room.alertmanager.stop()
    graver = msgspec.structs.replace(site, severity="critical")
    room.incidents[site.id] = graver
    room.alertmanager.start()
    await room.post()
    await until(lambda: room.told() == [FIRING, FIRING])
    await room.post(over(graver, now()))
    await until(lambda: room.told() == [FIRING, FIRING, RESOLVED])
    await room.quiet()


async def test_the_end_of_an_alert_says_that_it_is_over(room: Room) -> None:
    site = down()
    await room.post(site)
    await until(lambda: room.told() == [FIRING])
    await room.post(over(site, now()))
    await until(lambda: room.told() == [FIRING, RESOLVED])
    (alert,) = room.webhook.requests[1].document["alerts"]
    assert alert["annotations"]["summary"] == "🟢 RECOVERED: Kampung Digital Gradasi"


async def test_an_alertmanager_that_forgot_is_told_again_and_says_nothing_twice(room: Room) -> None:
    await room.post(down())
    await until(lambda: room.told() == [FIRING])
    room.alertmanager.stop()
    room.alertmanager.start()
    assert room.alertmanager.alerts() == []
    await room.post()
    assert len(room.alertmanager.alerts()) == 1
    await room.quiet()


async def test_the_same_site_again_is_another_outage(room: Room) -> None:
    site = down()
    await room.post(site)
    await until(lambda: room.told() == [FIRING])
    await room.post(over(site, now()), down(id="next2345"))
    await until(lambda: sorted(room.told()[1:]) == [FIRING, RESOLVED])
    assert len(room.alertmanager.alerts()) == 1


async def test_what_becomes_graver_is_one_message_and_no_all_clear(room: Room) -> None:
    site = down()
    await room.post(site)
    await until(lambda: room.told() == [FIRING])
    await room.post(msgspec.structs.replace(site, severity="critical"))
    await until(lambda: len(room.told()) == 2)
    assert room.told()[1][0] == "firing"
    assert [alert["labels"]["severity"] for alert in room.alertmanager.alerts()] == ["critical"]
    await room.quiet()


async def test_what_no_longer_matches_or_left_the_inventory_ends(room: Room) -> None:
    site = down()
    await room.post(site)
    room.city = notifying(noc=receivers.alertmanager(room.alertmanager.url, severity=["critical"]))
    await room.post()
    assert room.alertmanager.alerts() == []
    room.city = notifying(noc=receivers.alertmanager(room.alertmanager.url))
    await room.post()
    sites = {id: one for id, one in room.city.sites.items() if id != "gradasi"}
    room.city = msgspec.structs.replace(room.city, sites=sites)
    await room.post(msgspec.structs.replace(over(site, now()), removed=True))
    assert room.alertmanager.alerts() == []


async def test_a_site_that_its_pop_explains_says_no_more_and_ends_with_its_pop(room: Room) -> None:
    site, pop = down(id="site2345"), down("pop-selatan", id="pop22345", severity="critical")
    await room.post(site)
    await until(lambda: room.told() == [FIRING])
    merged = msgspec.structs.replace(over(site, now()), status="merged", merged_into=pop.id)
    await room.post(merged, pop)
    await until(lambda: room.told() == [FIRING, ("firing", [("pop-selatan", "firing")])])
    await room.quiet()
    await room.post(over(pop, now()))
    await until(lambda: len(room.told()) == 4)
    assert sorted(room.told()[2:]) == [RESOLVED, ("resolved", [("pop-selatan", "resolved")])]


async def test_the_end_of_a_site_with_two_ways_is_delivered_while_its_pop_fires(room: Room) -> None:
    site, pop = down(id="site2345"), down("pop-selatan", id="pop22345", severity="critical")
    await room.post(site)
    await room.post(pop)
    await until(lambda: len(room.told()) == 2)
    await room.post(over(site, now()))
    await until(lambda: RESOLVED in room.told())
    await room.post(over(pop, now()))
    await until(lambda: room.told()[3:] == [("resolved", [("pop-selatan", "resolved")])])


@pytest.mark.parametrize("kind", ["site_down", "agent_silent", "target_down"])
async def test_an_own_incident_of_a_site_with_two_ways_fires_beside_its_pops(room: Room, kind: Kind) -> None:
    pop = down("pop-selatan", id="pop22345", severity="critical")
    await room.post(pop)
    await until(lambda: room.told() == [("firing", [("pop-selatan", "firing")])])
    own = down(id="site2345", kind=kind)
    await room.post(own)
    await until(lambda: room.told()[1:] == [FIRING])
    await room.post(over(own, now()))
    await until(lambda: room.told()[2:] == [RESOLVED])


async def test_two_receivers_at_one_alertmanager_leave_each_others_alerts_alone(room: Room) -> None:
    url = room.alertmanager.url
    room.city = notifying(
        grave=receivers.alertmanager(url, severity=["critical"]),
        mild=receivers.alertmanager(url, severity=["warning"]),
    )
    await room.post(down(), down("dinkes", id="grave234", severity="critical"))
    await room.post()
    assert len(room.alertmanager.alerts()) == 2


async def test_a_test_reaches_who_is_behind_alertmanager(room: Room) -> None:
    assert await trial(room.city, "noc") == {"noc": "delivered"}
    await until(lambda: room.told() == [("firing", [("", "firing")])])
    (alert,) = room.webhook.requests[0].document["alerts"]
    assert alert["labels"] == {"alertname": "PantauTest", "kind": "test", "severity": "info"}


async def test_it_posts_at_once_when_woken_and_one_that_is_dead_holds_up_no_other(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    room.city = notifying(dead=receivers.alertmanager("http://127.0.0.1:9"), **room.city.receivers)
    task = asyncio.create_task(room.reposter.run())
    await until(lambda: "tried again" in caplog.text)
    site = down()
    room.incidents[site.id] = site
    room.reposter.wake()
    await until(lambda: room.told() == [FIRING], seconds=5)
    room.incidents[site.id] = over(site, now())
    room.reposter.wake()
    await until(lambda: room.told() == [FIRING, RESOLVED], seconds=5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert caplog.text.count("receivers.dead: http://127.0.0.1:9: Connection refused") == 1


async def test_a_receiver_that_comes_or_goes_while_it_runs_is_followed(room: Room) -> None:
    there, room.city = room.city, notifying()
    site = down()
    room.incidents[site.id] = site
    task = asyncio.create_task(room.reposter.run())
    await asyncio.sleep(0)
    room.city = there
    room.reposter.wake()
    await until(lambda: room.told() == [FIRING], seconds=5)
    room.city = notifying()
    room.reposter.wake()
    await until(lambda: not room.reposter._followed, seconds=5)
    task.cancel()
    await asyncio.wait({task})


@pytest.mark.parametrize("there", ["nowhere", "elsewhere", "by another name"])
async def test_an_alertmanager_that_the_inventory_names_no_more_gets_the_ends(room: Room, there: str) -> None:
    room.incidents["abcd2345"] = down()
    task = asyncio.create_task(room.reposter.run())
    await until(lambda: len(room.alertmanager.alerts()) == 1, seconds=5)
    url = "http://127.0.0.1:9" if there == "elsewhere" else room.alertmanager.url
    name = "ops" if there == "by another name" else "noc"
    room.city = notifying() if there == "nowhere" else notifying(**{name: receivers.alertmanager(url)})
    room.reposter.wake()
    if there == "by another name":
        await until(lambda: "noc" not in room.reposter._followed, seconds=5)
        await until(lambda: room.alertmanager.alerts()[0]["annotations"]["receiver"] == "ops", seconds=5)
    else:
        await until(lambda: room.alertmanager.alerts() == [], seconds=5)
    task.cancel()
    await asyncio.wait({task})


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'[{"labels": 1}]', b'["\xff"]'])
async def test_what_is_no_alertmanager_is_told_so(body: bytes) -> None:
    async def none() -> list[Incident]:
        return []

    async with answering(status(200, body)) as server:
        city: City = notifying(noc=receivers.alertmanager(server.url))
        with pytest.raises(Undelivered, match="does not answer as Alertmanager's API v2 does"):
            await AlertmanagerSync(none, lambda: city).post("noc")


async def test_a_page_is_no_success() -> None:
    """A sign-in, say, that a proxy shows in place of Alertmanager."""
    page = status(200, b"<html><title>Sign in</title></html>")
    async with answering(page) as proxy:
        for ask in (held(proxy.url), send(proxy.url, [])):
            with pytest.raises(Undelivered, match="does not answer as Alertmanager's API v2 does"):
                await ask


@pytest.mark.parametrize(
    ("code", "body", "told"),
    [
        (400, b'"start time missing"', 'HTTP 400, "start time missing"'),
        (404, b"404 page not found", "HTTP 404, 404 page not found"),
        (
            502,
            b"<html><head><title>502 Bad Gateway</title></head></html>",
            "HTTP 502, the page '502 Bad Gateway'",
        ),
        (409, b"", "HTTP 409"),
        (503, b"", "HTTP 503"),
    ],
)
async def test_an_answer_that_is_no_success_is_told_in_its_words(code: int, body: bytes, told: str) -> None:
    async with answering(status(code, body)) as server:
        for ask in (held(server.url), send(server.url, [])):
            with pytest.raises(Undelivered) as raised:
                await ask
            assert str(raised.value) == f"{server.url}: {told}"


async def test_the_sync_knows_when_an_alertmanager_took_the_state_and_why_not(room: Room) -> None:
    room.city = notifying(am=receivers.alertmanager(), up=receivers.alertmanager(room.alertmanager.url))
    sync = room.reposter
    task = asyncio.create_task(sync.run())
    await until(lambda: sync.standing.keys() == {"am", "up"})
    task.cancel()
    await asyncio.wait({task})
    assert sync.standing["am"].taken_at is None
    assert "127.0.0.1" in sync.standing["am"].error
    taken = sync.standing["up"]
    assert (taken.error, taken.taken_at is not None and now() - taken.taken_at < 60) == ("", True)
