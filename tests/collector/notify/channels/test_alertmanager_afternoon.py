"""A whole afternoon through a real Alertmanager: each incident that it tells has one end."""

import time
from collections import defaultdict
from pathlib import Path

import msgspec
import pytest

from collector.incidents import Incident
from collector.notify.channels.alertmanager import AlertmanagerSync
from tests.collector.notices.afternoon.city import AfternoonCity
from tests.collector.notices.afternoon.scenes import SCENES
from tests.collector.waiting import until
from tests.fakes import receivers
from tests.fakes.answering import answering, status
from tests.servers.alertmanager import alertmanager, needs_alertmanager

pytestmark = [needs_alertmanager, pytest.mark.timeout(300)]

AFTERNOON_SECONDS = 12 * 3600.0
"""It lies in the past, so that an end is never in Alertmanager's future."""
RESTARTED_AFTER = {7, 17}
"""Scenes after which Alertmanager is restarted, in the middle of an incident or between two."""


async def test_each_incident_of_an_afternoon_has_one_end(tmp_path: Path) -> None:
    city = AfternoonCity(time.time() - AFTERNOON_SECONDS)

    async def stored() -> list[Incident]:
        return list(city.watch.incidents.saved())

    async with answering(status(200)) as webhook:
        with alertmanager(tmp_path, webhook.url) as server:
            noc = {"noc": receivers.alertmanager(server.url)}
            inventory = msgspec.structs.replace(city.city, receivers=noc)

            def told() -> dict[str, list[str]]:
                """The status of each message, by incident."""
                found = defaultdict(list)
                for request in webhook.requests:
                    found[request.document["groupLabels"]["incident"]].append(request.document["status"])
                return found

            def agrees() -> bool:
                known = [one for one in city.watch.incidents.saved() if one.announced_at is not None]
                widest = {one.id: one for one in known}
                ended = {
                    one.id: widest.get(one.merged_into, one).ended_at is not None for one in widest.values()
                }
                now_told = told()
                return all(
                    now_told[id][-1:] == ["resolved" if over else "firing"] for id, over in ended.items()
                )

            for number, scene in enumerate(SCENES):
                scene.play(city)
                if number in RESTARTED_AFTER:
                    server.stop()
                    server.start()
                await AlertmanagerSync(stored, lambda: inventory).post("noc")
                await until(agrees, seconds=10)
            messages = told()
    assert len(messages) >= 10
    assert {id: statuses.count("resolved") for id, statuses in messages.items()} == dict.fromkeys(messages, 1)
