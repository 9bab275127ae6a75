"""Alertmanager gets the whole state, again each minute: the incidents, and silences for planned work.

Before each post the collector asks Alertmanager for its alerts and silences, and ends those that are over. So
it remembers nothing here, and neither a lost answer nor a restart leaves one behind.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from urllib.parse import quote

import msgspec

from collector.clock import wall_now
from collector.http.answer import is_page
from collector.incidents import Incident
from collector.inventory import City
from collector.notices.delivery import StateTaken
from collector.notify.channels.alerts import Alert, alerts, ended, missing
from collector.notify.channels.silences import Silence, changes, silences
from collector.notify.channels.undelivered import Undelivered, contained
from collector.notify.channels.webhook import delete, get, post_and_read
from collector.planned import NO_PLAN, Plan
from runtime.trouble import Trouble
from runtime.waiting import wait_at_most
from wire.report import MALFORMED

log = logging.getLogger(__name__)

REPOST_SECONDS = 60.0
RETRY_SECONDS = 5.0
STRANGER = "does not answer as Alertmanager's API v2 does; see its URL"
OF_INCIDENTS = "?filter=" + quote('incident=~".+"')

_decode = msgspec.json.Decoder(list[Alert]).decode
_decode_silences = msgspec.json.Decoder(list[Silence]).decode


async def send(url: str, posted: Sequence[Alert]) -> None:
    """Raises Undelivered."""
    if is_page(await post_and_read(_endpoint(url), msgspec.json.encode(posted))):
        raise Undelivered(STRANGER)


async def held(url: str) -> list[Alert]:
    """Its alerts of incidents, ours or not. Raises Undelivered."""
    try:
        return _decode(await get(_endpoint(url) + OF_INCIDENTS))
    except MALFORMED:
        raise Undelivered(STRANGER) from None


async def silence(url: str, plan: Plan, created_by: str, now: float) -> None:
    """Make its silences those of the plan. Raises Undelivered."""
    try:
        theirs = _decode_silences(await get(_endpoint(url, "silences")))
    except MALFORMED:
        raise Undelivered(STRANGER) from None
    wanted = changes(theirs, silences(plan, created_by, now), created_by)
    for one in wanted.posted:
        await post_and_read(_endpoint(url, "silences"), msgspec.json.encode(one))
    for id in wanted.expired:
        await delete(_endpoint(url, f"silence/{quote(id)}"))


def _endpoint(url: str, what: str = "alerts") -> str:
    return f"{url.rstrip('/')}/api/v2/{what}"


async def no_older(ids: Collection[str]) -> list[Incident]:
    return []


class AlertmanagerSync:
    """`incidents` gives the open ones and the last closed ones, as the store has them; `older` any of an id.

    `plan` gives the planned work. `standing` tells by receiver whether its Alertmanager takes the state.
    """

    def __init__(
        self,
        incidents: Callable[[], Awaitable[list[Incident]]],
        city: Callable[[], City],
        now: Callable[[], float] = wall_now,
        plan: Callable[[], Plan] = lambda: NO_PLAN,
        older: Callable[[Collection[str]], Awaitable[list[Incident]]] = no_older,
    ) -> None:
        self._incidents = incidents
        self._older = older
        self._city = city
        self._now = now
        self._plan = plan
        self._woken = asyncio.Event()
        self.standing: dict[str, StateTaken] = {}
        self._followed: dict[str, asyncio.Event] = {}

    def wake(self) -> None:
        """The state has changed: an incident was announced or ended, or work is planned otherwise."""
        for event in (self._woken, *self._followed.values()):
            event.set()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as alertmanagers:
            while True:
                self._woken.clear()
                for receiver in self._receivers() - self._followed.keys():
                    self._followed[receiver] = asyncio.Event()
                    alertmanagers.create_task(self._follow(receiver))
                await wait_at_most(self._woken, REPOST_SECONDS)

    async def post(self, receiver: str) -> None:
        """One Alertmanager's whole state. Raises Undelivered."""
        city = self._city()
        alertmanager = city.receivers[receiver].alertmanager
        assert alertmanager is not None
        with contained():
            theirs = await held(alertmanager.url)
        incidents, now = await self._known(theirs, receiver), self._now()
        with contained():
            ours = alerts(incidents, city, receiver, now)
            if posted := ended(theirs, ours, incidents, receiver, now) + ours:
                await send(alertmanager.url, posted)
            await silence(alertmanager.url, self._plan(), self._creator(receiver), now)

    async def _known(self, theirs: Sequence[Alert], receiver: str) -> list[Incident]:
        """Also those that ended long ago, or with a thousand others, and still fire there."""
        incidents = await self._incidents()
        while wanted := missing(theirs, incidents, receiver):
            found = await self._older(wanted)
            if not found:
                break
            incidents += found
        return incidents

    def _receivers(self) -> set[str]:
        return {name for name, receiver in self._city().receivers.items() if receiver.alertmanager}

    async def _follow(self, receiver: str) -> None:
        """One Alertmanager, as long as the inventory has it. A dead or slow one holds up no other one."""
        trouble, woken, url = Trouble(), self._followed[receiver], ""
        while receiver in self._receivers():
            woken.clear()
            before, url = url, self._url(receiver)
            if before not in ("", url):
                await self._leave(receiver, before)
            asked = 0.0
            try:
                await self.post(receiver)
            except Undelivered as error:
                asked = error.retry_after_seconds
                last = self.standing.get(receiver, StateTaken())
                self.standing[receiver] = StateTaken(last.taken_at, str(error))
                if trouble.began(str(error)):
                    log.warning(
                        "receivers.%s: %s; tried again until it is taken%s", receiver, error, error.details
                    )
            else:
                self.standing[receiver] = StateTaken(self._now())
                if trouble.ended():
                    log.info("receivers.%s: takes alerts again", receiver)
            if asked:
                await asyncio.sleep(asked)
            await wait_at_most(woken, RETRY_SECONDS if trouble.reason else REPOST_SECONDS)
        await self._leave(receiver, url)
        self.standing.pop(receiver, None)
        del self._followed[receiver]

    async def _leave(self, receiver: str, url: str) -> None:
        """The inventory names it no more: its silences end, and its alerts, but for those of another name."""
        if not url:
            return
        now, shared = self._now(), url in {self._url(name) for name in self._receivers()}
        try:
            with contained():
                theirs = [] if shared else await held(url)
                if over := ended(theirs, [], await self._known(theirs, receiver), receiver, now):
                    await send(url, over)
                await silence(url, NO_PLAN, self._creator(receiver), now)
        except Undelivered as error:
            log.warning("receivers.%s: %s; alerts that it has fire on there for a day", receiver, error)

    def _creator(self, receiver: str) -> str:
        return f"pantau, {self._city().name}, receivers.{receiver}"

    def _url(self, receiver: str) -> str:
        alertmanager = self._city().receivers[receiver].alertmanager
        return alertmanager.url if alertmanager is not None else ""
