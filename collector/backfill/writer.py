"""Empties the queue to remote write. It tries again until the server has taken or refused each sample."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from collector.backfill.remote_write import HEADERS, Reason, refusal, write_request
from collector.backfill.samples import Sample, samples
from collector.backfill.splitting import Refused, Splitting
from collector.clock import wall_now
from collector.config import History
from collector.database.backfill_queue import BackfillQueue
from collector.database.engine import StoreError
from collector.http.answer import SUMMARY_BYTES, is_page, retry_after_seconds, summary
from collector.http.client import NoHttpAnswer, request
from runtime.backoff import backoff_seconds
from runtime.trouble import OncePerKey, Trouble
from runtime.waiting import wait_at_most

log = logging.getLogger(__name__)

GATHER_SECONDS = 1.0
"""Rows that arrive within so long go out in one request."""

LOOK_AGAIN_SECONDS = 30.0
RETRY_AT_MOST_SECONDS = 120.0
TIMEOUT_SECONDS = 10.0
REFUSALS_LOGGED = 10_000
REMEDY = "see that it runs and that [history] remote_write_url in collector.toml is right"

_WINDOW = "make storage.tsdb.out_of_order_time_window in prometheus.yml"
_REMEDIES: dict[Reason, str] = {
    "too_old": f"{_WINDOW} and [history] window_hours as long as agents may be cut off",
    "out_of_order": f"{_WINDOW} as long as [history] window_hours",
    "duplicate": "another value is stored for that time; see that only one collector writes these labels",
    "too_large": "let the server take larger requests",
    "other": "see the server's log",
}


class Unreachable(Exception):
    """The server decided nothing about the samples. One line for a person.

    `retry_after_seconds` is how long the server asks to wait, 0 where it does not say.
    """

    def __init__(self, line: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(line)
        self.retry_after_seconds = retry_after_seconds


class RemoteWriter:
    """Counts since the program's start; `reachable` and `waiting_reports` are as of the last look."""

    def __init__(self, config: History, queue: BackfillQueue, now: Callable[[], float] = wall_now) -> None:
        self.written_samples = 0
        self.refused_samples: Counter[tuple[str, Reason]] = Counter()  # by site
        self.failed_requests = 0
        self.waiting_reports = 0
        self._config = config
        self._queue = queue
        self._now = now
        self._woken = asyncio.Event()
        self._failures = 0
        self._trouble = Trouble()
        self._refusals_logged = OncePerKey(REFUSALS_LOGGED)

    @property
    def reachable(self) -> bool:
        return not self._trouble.reason

    def wake(self) -> None:
        """Say that the queue has something new."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._woken.clear()
            try:
                more = await self.write_oldest()
            except (StoreError, Unreachable) as error:
                await asyncio.sleep(self._failed(error))
                continue
            if not more:
                await wait_at_most(self._woken, LOOK_AGAIN_SECONDS)
                await asyncio.sleep(GATHER_SECONDS)

    async def write_oldest(self) -> bool:
        """One round; returns whether more waits. Raises Unreachable and StoreError; nothing is lost then."""
        self.waiting_reports = await asyncio.to_thread(len, self._queue)
        if not self.waiting_reports:
            return False
        through, rows = await asyncio.to_thread(self._queue.oldest)
        found = await asyncio.to_thread(samples, rows, self._config.labels)
        done = Splitting(found, (self._now() - self._config.window_hours * 3600) * 1000)
        while part := done.next():
            reason = await self._post(part)
            if reason is None:
                done.took(part)
            else:
                done.refuse(part, reason)
        await asyncio.to_thread(self._queue.remove, through)
        self.waiting_reports -= len(rows)
        self._count(done)
        return self.waiting_reports > 0

    async def _post(self, part: Sequence[Sample]) -> Reason | None:
        """Why the server refused it, None where it did not. Raises Unreachable."""
        reason, line = await _post(self._config.remote_write_url, part)
        if reason == "other":
            nothing, _ = await _post(self._config.remote_write_url, ())
            if nothing is not None:  # it refuses an empty request too
                raise Unreachable(line)
        return reason

    def _failed(self, error: Exception) -> float:
        """How many seconds to wait."""
        self.failed_requests += 1
        self._failures += 1
        if self._trouble.began(str(error)):
            log.warning("history: %s; what is late is kept and tried again", error)
        own = backoff_seconds(self._failures, random.random(), at_most=RETRY_AT_MOST_SECONDS)
        return max(own, error.retry_after_seconds) if isinstance(error, Unreachable) else own

    def _count(self, done: Splitting) -> None:
        if self._trouble.ended():
            log.info("history: %s takes samples again", self._config.remote_write_url)
        self._failures = 0
        self.written_samples += done.passed
        self.refused_samples.update((sample.site, reason) for sample, reason in done.refused)
        self._tell(done.refused)

    def _tell(self, refused: Iterable[Refused]) -> None:
        """Log each site and reason once; the metrics count all."""
        by_site_and_reason: dict[tuple[str, Reason], list[int]] = {}
        for sample, reason in refused:
            by_site_and_reason.setdefault((sample.site, reason), []).append(sample.at_ms)
        for (site, reason), times in by_site_and_reason.items():
            if not self._refusals_logged.first((site, reason)):
                continue
            span = f"{_when(min(times))} to {_when(max(times))}"
            remedy = _REMEDIES[reason]
            log.warning(
                "history: %d samples of %s refused, %s: %s; %s", len(times), site, reason, span, remedy
            )


async def _post(url: str, part: Sequence[Sample]) -> tuple[Reason | None, str]:
    """Why the server refused it or None, and the server's words. Raises Unreachable."""
    body = await asyncio.to_thread(write_request, part)
    try:
        answer = await request(
            "POST",
            url,
            headers=HEADERS,
            body=body,
            timeout_seconds=TIMEOUT_SECONDS,
            read_bytes=SUMMARY_BYTES,
            by_proxy=True,
        )
    except NoHttpAnswer as error:
        raise Unreachable(f"{url}: {error}; {REMEDY}") from None
    words = summary(answer.body)
    if 200 <= answer.status < 300:
        if is_page(answer.body):
            raise Unreachable(f"{url}: answers with {words}, as no remote write does; {REMEDY}")
        return None, ""
    line = f"{url}: HTTP {answer.status} {words}".rstrip() + f"; {REMEDY}"
    reason = refusal(answer.status, words)
    if reason is None:
        raise Unreachable(line, retry_after_seconds(answer.headers.get("retry-after"), wall_now()))
    return reason, line


def _when(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
