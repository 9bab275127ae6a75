"""A real enrolment port with a store of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.authority.invitation import invite, new_secret
from collector.config import Authority
from collector.database.store import Store
from collector.enrolment.service import EnrolmentService
from runtime.broker.settings import Broker
from runtime.tasks import alongside
from tests.fakes.auditing import audit_row
from tests.free_ports import free_port
from wire.code import Code, write_code

NOW = 1_795_000_000.0


class Enrolling:
    """The clock is `now`; `sites` are the inventory's."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.now = NOW
        self.sites = {"gradasi", "dinkes"}
        self.store = store
        self.store_file = folder / "store.sqlite"
        self.ca = make_ca("Pontianak", NOW)
        self.directory = folder / "authority"
        AuthorityFolder(self.directory).save(self.ca)
        self.barred: list[frozenset[str]] = []
        self.changes_of_authority = 0
        self.settings = Authority(
            names=["127.0.0.1"], directory=str(self.directory), host="127.0.0.1", port=free_port()
        )

    def invitation(self, site: str = "gradasi") -> str:
        secret = new_secret()
        row = audit_row(self.now, "invite", site)
        self.store.authority.invite(invite(site, secret, self.now, "sari"), row)
        return write_code(Code("127.0.0.1", self.settings.port, self.ca.pin, secret))

    async def _authority_changed(self) -> None:
        self.changes_of_authority += 1

    def service(self) -> EnrolmentService:
        return EnrolmentService(
            self.settings,
            self.store.authority,
            lambda: self.sites,
            lambda: self.now,
            Broker(port=free_port()),
            self.barred.append,
            self._authority_changed,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[EnrolmentService]:
        service = self.service()
        async with alongside(service.run()):
            yield service
            await asyncio.sleep(0)


@pytest.fixture
def enrolling(tmp_path: Path) -> Iterator[Enrolling]:
    with closing(Store(f"sqlite:///{tmp_path / 'store.sqlite'}")) as store:
        yield Enrolling(tmp_path, store)
