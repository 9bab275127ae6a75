"""A bug in one channel: its traceback is in the log, without its text, and all else goes on."""

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from collector.incidents import Incident
from collector.inventory import City, Receiver
from collector.inventory.city import Apprise
from collector.notices.document import Document, document
from collector.notify.channels import alertmanager, apprise, deliver
from collector.notify.channels.alertmanager import AlertmanagerSync
from collector.notify.channels.alerts import Alert, alerts
from collector.notify.channels.undelivered import Undelivered, contained, frames
from collector.notify.trial import trial
from tests.collector.waiting import until
from tests.fakes import receivers
from tests.fakes.answering import answering, status
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, notice
from tests.fakes.receivers import notifying, webhook

SECRET = "s3cr3t"
DOCUMENT = document(notice(incident()), PONTIANAK, "en")


def fail(*_: object, **__: object) -> Any:
    raise RuntimeError(SECRET)


def test_a_traceback_has_every_cause_and_no_text() -> None:
    def wrap() -> None:
        try:
            fail()
        except RuntimeError as error:
            raise KeyError(SECRET) from error

    with (
        pytest.raises(Undelivered, match=r"^apprise: failed with KeyError$") as raised,
        contained("apprise: "),
    ):
        wrap()
    shown = raised.value.bug
    assert shown.index("in fail\n") < shown.index("\nRuntimeError\n") < shown.index("\nKeyError")
    assert shown.endswith("KeyError")
    assert "s3cr3t" not in shown.replace("SECRET", "")


def test_a_refusal_that_a_channel_expects_stays_as_it_is() -> None:
    with pytest.raises(Undelivered, match="HTTP 400") as raised, contained():
        raise Undelivered("HTTP 400", permanent=True)
    assert raised.value.permanent
    assert raised.value.bug == ""


def test_errors_that_cause_one_another_for_ever_end() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert frames(one).count("KeyError") <= 10


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # of Apprise's own
async def test_a_bug_of_apprise_keeps_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "url"
    file.write_text(f"json://127.0.0.1:9/{SECRET}")
    monkeypatch.setattr(apprise, "_room", fail)
    with pytest.raises(Undelivered, match="apprise: the service failed with RuntimeError") as raised:
        await deliver.deliver(Receiver(apprise=Apprise(url_file=str(file))), DOCUMENT)
    assert "in notify\n" in raised.value.bug
    assert "in fail\n" in raised.value.bug
    assert SECRET not in raised.value.bug


async def test_a_bug_for_one_alertmanager_ends_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def buggy(incidents: Iterable[Incident], city: City, receiver: str, now: float) -> list[Alert]:
        return fail() if receiver == "bad" else alerts(incidents, city, receiver, now)

    async def incidents() -> list[Incident]:
        return [incident()]

    monkeypatch.setattr(alertmanager, "alerts", buggy)
    async with answering(status(200, b"[]")) as server:
        both = {name: receivers.alertmanager(server.url) for name in ("bad", "good")}
        city = notifying(**both)
        sync = asyncio.create_task(AlertmanagerSync(incidents, lambda: city, lambda: NOW).run())
        await until(lambda: any(request.head.startswith("POST") for request in server.requests))
        await until(lambda: "receivers.bad" in caplog.text)
        assert not sync.done()
        sync.cancel()
        await asyncio.wait({sync})
    assert "receivers.bad: failed with RuntimeError; tried again until it is taken\n" in caplog.text
    assert "in fail\n" in caplog.text
    assert SECRET not in caplog.text


async def test_a_bug_in_a_trial_is_the_result_of_its_receiver_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    good = deliver.SENDERS["webhook"]

    async def buggy(settings: Any, document: Document) -> None:
        await (fail() if settings.url.endswith("/bad") else good(settings, document))

    monkeypatch.setitem(deliver.SENDERS, "webhook", buggy)
    async with answering(status(200)) as server:
        city = notifying(good=webhook(server.url), bad=webhook(f"{server.url}/bad"))
        results = await trial(city, None)
    assert results == {"good": "delivered", "bad": "failed with RuntimeError"}
    assert "receivers.bad: failed with RuntimeError\n" in caplog.text
    assert "in fail\n" in caplog.text
    assert SECRET not in caplog.text
