"""What nobody has got yet, as a person and as Prometheus sees it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from collector.__main__ import main
from collector.changes import Changes
from collector.database.store import Store
from collector.notices.document import Letter, document
from collector.notify.metrics import NoticeMetrics
from collector.notify.sender import Sender
from tests.collector.web.serving import Served, serving
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident, notice
from tests.fakes.receivers import notifying


def post_letters(store: Store) -> None:
    """One waits, one was given up, one is delivered."""
    made = document(notice(incident()), PONTIANAK, "en")
    letters = [Letter(name, msgspec.structs.replace(made, id="abcd2345-1")) for name in ("a", "b", "c")]
    store.commit(Changes(letters=letters))
    numbered = {one.receiver: one for one in store.outbox.undelivered()}
    store.outbox.failed("http://a.example: HTTP 503", numbered["a"], at=NOW)
    store.outbox.given_up("http://b.example: HTTP 400", numbered["b"], at=NOW)
    store.outbox.delivered(numbered["c"], at=NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path / 'pantau.sqlite'}")) as opened:
        post_letters(opened)
        yield opened


def test_a_person_reads_which_notices_are_not_delivered_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(Served()) as web:
        config = tmp_path / "collector.toml"
        config.write_text(f"[web]\nport = {web.port}\n")
        assert main(["notices", "--config", str(config)]) == 0
        assert capsys.readouterr().out == "every notice is delivered\n"
        post_letters(web.store)
        assert main(["notices", "--config", str(config)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-09-21 14:13:20 UTC  abcd2345-1  receivers.b  "
        "given up after 1 attempt: http://b.example: HTTP 400",
        "    🔴 DOWN: Kampung Digital Gradasi",
        "2026-09-21 14:13:20 UTC  abcd2345-1  receivers.a  waits after 1 attempt: http://a.example: HTTP 503",
        "    🔴 DOWN: Kampung Digital Gradasi",
    ]


def test_prometheus_is_told_what_waits_what_is_dead_and_what_became_of_attempts(store: Store) -> None:
    sender = Sender(store.outbox, notifying)
    sender.outcomes["delivered"] = 3
    made = CollectorRegistry()
    made.register(NoticeMetrics(sender, store.outbox))
    lines = [line for line in generate_latest(made).decode().splitlines() if not line.startswith("#")]
    assert lines == [
        'pantau_collector_notices_total{outcome="delivered"} 3.0',
        'pantau_collector_notices_total{outcome="failed"} 0.0',
        'pantau_collector_notices_total{outcome="given_up"} 0.0',
        "pantau_collector_notices_waiting 1.0",
        "pantau_collector_notices_dead 1.0",
    ]
