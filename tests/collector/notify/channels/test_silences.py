"""A real Alertmanager keeps a silence for planned work, and the alerts of engineers hush."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from collector.incidents import Incident
from collector.inventory import Application, plan_of
from collector.notify.channels.alertmanager import AlertmanagerSync, send
from collector.notify.channels.alerts import Alert
from collector.notify.channels.silences import Matcher, Silence, SilenceStatus, changes
from collector.notify.channels.undelivered import Undelivered
from collector.notify.channels.webhook import get, post_and_read
from collector.planned import MadeWindow, MaintenanceWindow, ended, made
from tests.fakes import receivers
from tests.fakes.answering import answering, status
from tests.fakes.incidents import incident
from tests.fakes.receivers import notifying
from tests.servers.alertmanager import Alertmanager, alertmanager, needs_alertmanager

HOUR = timedelta(hours=1)
APPLICATION = Application(name="Antrean", url="http://antrean.example/", probed_from=["noc"])
OWNER = "pantau, Pontianak, receivers.noc"


def now() -> datetime:
    return datetime.now(UTC)


def work(after: timedelta = -HOUR, until: timedelta = HOUR, **scope: list[str]) -> MadeWindow:
    """A window that a person made. Its times are from now on."""
    begin = now()
    times = MaintenanceWindow(title="New battery", starts=begin + after, ends=begin + until)
    window = msgspec.structs.replace(times, **(scope or {"sites": ["gradasi"]}))
    return made(window, "Sari", "cli", begin.timestamp(), UTC)


class Desk:
    """A collector's side: its planned work, and its post to Alertmanager."""

    def __init__(self, server: Alertmanager) -> None:
        self.server = server
        self.city = notifying(noc=receivers.alertmanager(server.url))
        self.windows: list[MadeWindow] = []
        self.incidents: list[Incident] = []
        self.restart()

    def restart(self) -> None:
        self._sync = AlertmanagerSync(
            self._stored, lambda: self.city, plan=lambda: plan_of(self.city, self.windows)
        )

    async def _stored(self) -> list[Incident]:
        return self.incidents

    async def post(self, *windows: MadeWindow) -> None:
        self.windows = list(windows)
        await self._sync.post("noc")

    async def silences(self, state: str = "") -> list[Silence]:
        found = msgspec.json.decode(await get(f"{self.server.url}/api/v2/silences"), type=list[Silence])
        return [one for one in found if one.status and one.status.state == (state or one.status.state)]

    async def alert(self, **labels: str) -> str:
        """An engineer's own rule fires. The state of its alert."""
        times = now().isoformat(), (now() + HOUR).isoformat()
        await send(self.server.url, [Alert({"alertname": "Own", **labels}, {}, *times)])
        (found,) = (one for one in self.server.alerts() if one["labels"] == {"alertname": "Own", **labels})
        state: str = found["status"]["state"]
        return state


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with answering(status(200)) as webhook:
        with alertmanager(tmp_path, webhook.url) as server:
            yield Desk(server)


@needs_alertmanager
async def test_planned_work_makes_silences_for_its_span_and_its_sites(desk: Desk) -> None:
    window = work(sites=["gradasi"], districts=["Pontianak Kota"])
    await desk.post(window)
    by_site, by_target = sorted(await desk.silences("active"), key=lambda one: one.comment)
    assert abs(by_site.ends_at - window.window.ends) < timedelta(seconds=1)
    assert by_site.comment == f"New battery (planned work {window.id}, label site)"
    assert Matcher("site", "dinkes|gradasi|noc", True) in by_site.matchers
    assert Matcher("target", "dinkes|gradasi|noc", True) in by_target.matchers


@needs_alertmanager
async def test_the_rules_of_engineers_hush_and_the_incidents_of_pantau_do_not(desk: Desk) -> None:
    down = incident(root="gradasi")
    begin = now().timestamp()
    desk.incidents = [msgspec.structs.replace(down, began_at=begin, opened_at=begin, announced_at=begin)]
    await desk.post(work())
    assert await desk.alert(site="gradasi") == "suppressed"
    assert await desk.alert(site="noc", target="gradasi") == "suppressed"
    assert await desk.alert(site="noc", target="internet") == "active"
    (own,) = (one for one in desk.server.alerts() if one["labels"].get("incident"))
    assert own["status"]["state"] == "active", "its end must reach people"


@needs_alertmanager
async def test_a_silence_is_made_once_and_found_again_after_a_restart(desk: Desk) -> None:
    window = work()
    await desk.post(window)
    before = {one.id for one in await desk.silences()}
    await desk.post(window)
    desk.restart()
    await desk.post(window)
    assert {one.id for one in await desk.silences()} == before
    assert len(before) == 2


@needs_alertmanager
async def test_a_silence_is_made_longer_and_shorter_with_its_window(desk: Desk) -> None:
    window = work()
    await desk.post(window)
    before = {one.id for one in await desk.silences()}
    for until in (now() + 3 * HOUR, now() + timedelta(minutes=5)):
        longer = msgspec.structs.replace(window.window, ends=until)
        await desk.post(msgspec.structs.replace(window, window=longer))
        active = await desk.silences("active")
        assert {one.id for one in active} == before
        assert all(abs(one.ends_at - until) < timedelta(seconds=1) for one in active)


@needs_alertmanager
async def test_a_window_that_ends_early_expires_its_silences(desk: Desk) -> None:
    window = work()
    await desk.post(window)
    await desk.post(ended(window, now().timestamp()))
    assert await desk.silences("active") == []
    assert len(await desk.silences("expired")) == 2
    assert await desk.alert(site="gradasi") == "active"
    await desk.post()
    assert len(await desk.silences()) == 2


@needs_alertmanager
async def test_a_window_of_other_sites_gets_other_silences(desk: Desk) -> None:
    window = work()
    await desk.post(window)
    moved = msgspec.structs.replace(window.window, sites=["dinkes"])
    await desk.post(msgspec.structs.replace(window, window=moved))
    assert {matcher.value for one in await desk.silences("active") for matcher in one.matchers} == {
        "dinkes",
        "",
    }
    assert await desk.alert(site="gradasi") == "active"


@needs_alertmanager
async def test_a_silence_is_there_an_hour_before_its_window_and_not_earlier(desk: Desk) -> None:
    soon = work(after=timedelta(minutes=59), until=2 * HOUR)
    await desk.post(soon, work(after=2 * HOUR, until=3 * HOUR, sites=["dinkes"]))
    pending = await desk.silences("pending")
    assert len(pending) == 2
    assert all(abs(one.starts_at - soon.window.starts) < timedelta(seconds=1) for one in pending)
    await desk.post(soon)
    assert {one.id for one in await desk.silences()} == {one.id for one in pending}


@needs_alertmanager
async def test_the_silences_of_people_and_of_other_collectors_stay(desk: Desk) -> None:
    for created_by in ("budi", "pantau, Singkawang, receivers.noc", "pantau, Pontianak, receivers.other"):
        other = silence(created_by=created_by, status=None, id="")
        await post_and_read(f"{desk.server.url}/api/v2/silences", msgspec.json.encode(other))
    await desk.post(work())
    await desk.post()
    assert len(await desk.silences("active")) == 3


@needs_alertmanager
async def test_work_on_an_application_hushes_alerts_of_its_labels(desk: Desk) -> None:
    desk.city = msgspec.structs.replace(desk.city, applications={"antrean": APPLICATION})
    await desk.post(work(applications=["antrean"]))
    assert await desk.alert(target="antrean") == "suppressed"
    assert await desk.alert(application="antrean") == "suppressed"
    assert await desk.alert(site="antrean") == "active"


async def test_a_server_that_is_no_alertmanager_is_named() -> None:
    async with answering(status(200, b"[]"), status(200, b"<html>")) as stranger:
        city = notifying(noc=receivers.alertmanager(stranger.url))

        async def none() -> list[Incident]:
            return []

        with pytest.raises(Undelivered, match="does not answer as Alertmanager's API v2 does"):
            await AlertmanagerSync(none, lambda: city).post("noc")


def silence(**other: Any) -> Silence:
    fields: dict[str, Any] = {
        "id": "one",
        "matchers": (Matcher("site", "gradasi", True),),
        "starts_at": now() - HOUR,
        "ends_at": now() + HOUR,
        "created_by": OWNER,
        "comment": "New battery",
        "status": SilenceStatus("active"),
    }
    return Silence(**fields | other)


def test_a_silence_that_is_there_twice_stays_once() -> None:
    """A lost answer: the collector posted it again."""
    wanted = silence(id="", status=None)
    found = changes([silence(), silence(id="two")], [wanted], OWNER)
    assert (found.posted, found.expired) == ([], ["two"])


def test_an_expired_silence_does_not_count() -> None:
    over = silence(status=SilenceStatus("expired"))
    wanted = silence(id="", status=None)
    assert changes([over], [wanted], OWNER).posted == [wanted]
    assert changes([over], [], OWNER).expired == []
