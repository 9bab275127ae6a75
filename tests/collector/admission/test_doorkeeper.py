"""The doorkeeper, with a broker that is played: who leaves when, and who is barred meanwhile."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from collector.admission import doorkeeper
from collector.admission.attempt import Admission
from collector.admission.doorkeeper import Doorkeeper
from collector.authority.ca import Ca, make_ca
from collector.authority.issued import IssuedCertificate
from runtime.broker.settings import Broker
from tests.collector.waiting import until

NOW = 1.8e9


class PlayedBroker:
    """It has the newest list that the keeper could write; with `missed` only after a knock."""

    def __init__(self, folder: Path) -> None:
        self.newest = self.signing = make_ca("Kota", NOW)
        self.canary_file = folder / "canary.pem"
        self.list_ends: float | None = NOW + 30 * 86400
        self.book: list[IssuedCertificate] = []
        self.lists: list[set[str]] = []
        self.answer: Admission | None = None
        self.taken_over: list[str] = []
        self.during_canary: Callable[[], None] = lambda: None
        self.disk_is_full = self.missed = False
        self.looks = 0

    def look(self) -> bool:
        self.looks += 1
        if not self.disk_is_full:
            self.lists.append({one.name for one in self.book if one.is_revoked})
        return not self.disk_is_full

    def knock(self) -> None:
        self.missed = False

    def use_newest(self) -> None:
        self.signing = self.newest

    def deny(self, agents: frozenset[str]) -> None:
        """Not of interest here."""

    def record(self, issued: IssuedCertificate) -> None:
        """Not of interest here."""

    async def attempt(self, broker: Broker, pem_file: Path, name: str) -> Admission:
        if pem_file == self.canary_file:
            during, self.during_canary = self.during_canary, lambda: None
            during()
            return self.answer or ("let in" if self.missed else "revoked")
        assert name in self.lists[-1], "its certificate is not in the list that the broker has"
        self.taken_over.append(name)
        return "let in"

    def certificates(self) -> list[IssuedCertificate]:
        return list(self.book)

    def agent(self, name: str) -> IssuedCertificate:
        made = issued(self.signing, name)
        self.book.append(made)
        return made

    def revoke(self, one: IssuedCertificate) -> IssuedCertificate:
        self.book.remove(one)
        revoked = replace(one, revoked_at=NOW)
        self.book.append(revoked)
        return revoked


def issued(ca: Ca, name: str) -> IssuedCertificate:
    return ca.issue("agent", name, ca.public_key, NOW, 90, "test")


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlayedBroker:
    made = PlayedBroker(tmp_path)
    monkeypatch.setattr(doorkeeper, "attempt", made.attempt)
    monkeypatch.setattr(doorkeeper, "AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(doorkeeper, "IN_FORCE_SECONDS", 0.03)
    monkeypatch.setattr(doorkeeper, "KNOCK_SECONDS", 0.02)
    return made


class AtWork:
    def __init__(self, broker: PlayedBroker) -> None:
        self.barred: frozenset[str] = frozenset()
        self.keeper = Doorkeeper(Broker(), broker, broker.certificates, lambda: NOW, self._bar, self._changed)

    def _bar(self, agents: frozenset[str]) -> None:
        self.barred = agents

    async def _changed(self) -> None:
        """No authority changes here."""

    async def __aenter__(self) -> "AtWork":
        self._task = asyncio.create_task(self.keeper.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


async def test_a_revoked_agent_is_barred_at_once_and_then_leaves(broker: PlayedBroker) -> None:
    async with AtWork(broker) as work:
        work.keeper.revoked([broker.revoke(broker.agent("gradasi"))])
        assert work.barred == {"gradasi"}
        await until(lambda: broker.taken_over == ["gradasi"])
        assert work.barred == {"gradasi"}


async def test_a_revocation_beside_the_canary_waits_for_the_next_list(broker: PlayedBroker) -> None:
    """The canary spoke of a list that does not name it: it could come back at once."""
    first, second = broker.agent("gradasi"), broker.agent("dinkes")
    async with AtWork(broker) as work:
        broker.during_canary = lambda: work.keeper.revoked([broker.revoke(second)])
        work.keeper.revoked([broker.revoke(first)])
        await until(lambda: broker.taken_over == ["gradasi", "dinkes"])


async def test_nobody_leaves_while_the_list_that_names_them_cannot_be_written(broker: PlayedBroker) -> None:
    """The broker refuses the canary of the list before, and the agent could come back at once."""
    broker.look()
    broker.disk_is_full = True
    async with AtWork(broker) as work:
        work.keeper.revoked([broker.revoke(broker.agent("gradasi"))])
        await until(lambda: broker.looks > 3)
        assert broker.taken_over == []
        assert work.barred == {"gradasi"}
        broker.disk_is_full = False
        await until(lambda: broker.taken_over == ["gradasi"])


async def test_the_doorkeeper_knocks_where_systemd_has_missed_a_list(broker: PlayedBroker) -> None:
    """Of two revocations within a second, the second comes while the files of the first are installed."""
    broker.missed = True
    async with AtWork(broker) as work:
        work.keeper.revoked([broker.revoke(broker.agent("gradasi"))])
        await until(lambda: broker.taken_over == ["gradasi"])


async def test_an_agent_with_another_certificate_is_let_in_again(broker: PlayedBroker) -> None:
    async with AtWork(broker) as work:
        broker.agent("gradasi")
        work.keeper.revoked([broker.revoke(broker.agent("gradasi"))])
        await until(lambda: broker.taken_over == ["gradasi"] and not work.barred)


@pytest.mark.parametrize(
    ("answer", "said"),
    [("let in", "has not loaded the list"), ("refused", "refuses new certificates too")],
)
async def test_a_broker_with_old_files_is_said_once_and_nobody_leaves(
    broker: PlayedBroker, caplog: pytest.LogCaptureFixture, answer: Admission, said: str
) -> None:
    broker.answer = answer
    async with AtWork(broker) as work:
        work.keeper.revoked([broker.revoke(broker.agent("gradasi"))])
        await until(lambda: len(broker.lists) > 3)
        assert broker.taken_over == []
        broker.answer = None
        await until(lambda: broker.taken_over == ["gradasi"])
    assert caplog.text.count(said) == 1
