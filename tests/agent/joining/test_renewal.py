"""A certificate is renewed in time, after its end too, with a wrong clock, and for a new authority."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.config import load
from agent.joining.answers import NotJoined
from agent.joining.due import LONGEST_PAUSE_SECONDS, Held, due, pause_seconds
from agent.joining.held import held_in
from agent.joining.join import Box, join
from agent.joining.renew import renew
from agent.joining.renewal import Renewal, renew_by_program
from runtime.broker.settings import Broker
from tests.fakes.tiny_enrolment import TinyEnrolment
from wire.joining import Joined, authority_id

DAY = 86400.0
HELD = Held(0.0, 90 * DAY, frozenset({"a"}))


@given(st.floats(0, 180))
def test_a_certificate_is_due_from_two_thirds_of_its_life(days: float) -> None:
    assert due(HELD, days * DAY, "a", refused=False) == (days * DAY >= 2 / 3 * 90 * DAY)


def test_without_a_time_only_a_refusal_or_a_new_authority_makes_it_due() -> None:
    assert not due(HELD, None, "a", refused=False)
    assert due(HELD, None, "a", refused=True)
    assert due(HELD, None, "b", refused=False)
    assert not due(HELD, None, "", refused=False)


@given(st.integers(0, 10**6), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_to_six_hours(failures: int, chance: float) -> None:
    assert 0.5 * 60 <= pause_seconds(failures, chance) <= LONGEST_PAUSE_SECONDS


def joined(folder: Path, enrolment: TinyEnrolment, number: int = 1) -> Path:
    file = folder / "agent.toml"
    join(enrolment.code("gradasi", number), Box(file, folder / "state", "0.1.0", False), print)
    return file


def renewed(file: Path) -> Joined:
    config = load(file)
    assert config.enrolment is not None
    outcome = renew(config, config.enrolment, "0.1.0", clock_kept=True)
    assert isinstance(outcome, Joined)
    return outcome


def certificate(file: Path) -> str:
    return Path(load(file).broker.certificate_file).read_text()


def test_an_ended_certificate_is_renewed_with_a_new_key(tmp_path: Path) -> None:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        enrolment.ends = datetime.now(UTC) - timedelta(days=30)
        file = joined(tmp_path, enrolment)
        before = certificate(file)
        enrolment.ends = datetime.now(UTC) + timedelta(days=90)
        renewed(file)
    after = certificate(file)
    assert enrolment.issued[1] in after
    assert before.splitlines()[1] != after.splitlines()[1]  # the keys


def test_a_renewal_without_the_old_key_is_refused(tmp_path: Path) -> None:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        file = joined(tmp_path, enrolment)
        other = joined(tmp_path / "other", enrolment, 2)
        mixed = Path(load(file).broker.certificate_file)
        key = certificate(other).partition("-----BEGIN CERTIFICATE")[0]
        mixed.write_text(key + enrolment.issued[0])
        with pytest.raises(NotJoined, match="does not know the certificate"):
            renewed(file)


def test_a_damaged_identity_asks_for_an_invitation(tmp_path: Path) -> None:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        file = joined(tmp_path, enrolment)
        Path(load(file).broker.certificate_file).write_text("rubbish")
        with pytest.raises(NotJoined, match="join with a new invitation"):
            renewed(file)


async def test_the_program_that_renews_gives_its_error_in_a_line(tmp_path: Path) -> None:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        file = joined(tmp_path, enrolment)
        assert await renew_by_program(file) == ""
    assert enrolment.issued[1] in certificate(file)
    assert "nothing listens at 127.0.0.1" in await renew_by_program(file)


class Renewed:
    """A renewal that fails `failures` times."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.times = 0
        self.done = asyncio.Event()

    async def __call__(self) -> str:
        self.times += 1
        if self.times <= self.failures:
            return "no way"
        self.done.set()
        return ""


async def run_until_done(tmp_path: Path, begin: Callable[[Renewal], None]) -> Renewed:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        broker = load(joined(tmp_path, enrolment)).broker
    renewed = Renewed()
    renewal = Renewal(broker, lambda: None, renewed, chance=lambda: 0.0)
    running = asyncio.create_task(renewal.run())
    begin(renewal)
    try:
        async with asyncio.timeout(20):
            await renewed.done.wait()
    finally:
        running.cancel()
        await asyncio.wait([running])
    return renewed


async def test_a_refusal_by_the_broker_makes_the_agent_renew(tmp_path: Path) -> None:
    assert (await run_until_done(tmp_path, lambda renewal: renewal.refused())).times == 1


async def test_a_new_authority_makes_the_agent_renew(tmp_path: Path) -> None:
    assert (await run_until_done(tmp_path, lambda renewal: renewal.authority("another"))).times == 1


async def test_a_broker_that_refuses_every_certificate_gets_few_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its list may have ended: then it refuses new ones too, at each attempt to connect."""
    pauses: list[int] = []
    waiting = asyncio.Event()

    def pause(attempts: int, chance: float) -> float:
        pauses.append(attempts)
        waiting.set()
        return 0.0 if attempts < 3 else 3600.0

    monkeypatch.setattr("agent.joining.renewal.pause_seconds", pause)
    with TinyEnrolment().serving(tmp_path) as enrolment:
        broker = load(joined(tmp_path, enrolment)).broker
    renewed = Renewed()
    renewal = Renewal(broker, lambda: None, renewed, chance=lambda: 0.0)
    running = asyncio.create_task(renewal.run())
    try:
        async with asyncio.timeout(20):
            while pauses[-1:] != [3]:
                waiting.clear()
                renewal.refused()
                await waiting.wait()
    finally:
        running.cancel()
        await asyncio.wait([running])
    assert pauses == [0, 1, 2, 3]
    assert renewed.times == 4


def test_the_files_say_what_is_held(tmp_path: Path) -> None:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        broker = load(joined(tmp_path, enrolment)).broker
    held = held_in(broker)
    assert held is not None
    assert abs(held.ends - enrolment.ends.timestamp()) < 1
    assert len(held.authorities) == 1
    assert held_in(Broker()) is None
    assert authority_id(b"") == "e3b0c44298fc1c14"
