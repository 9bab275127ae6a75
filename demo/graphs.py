"""The month before the demo in Prometheus: availability, and of the last day round trips and losses too.

The samples go in by remote write, as late ones do; the demo's Prometheus takes them for a month back.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from collector.backfill.remote_write import HEADERS, write_request
from collector.backfill.samples import Labels, Sample
from collector.http.client import NoHttpAnswer, request
from demo.month import DAYS
from demo.script_time import ScriptTime
from demo.situation import INTERNET
from demo.story import Story, told_by
from demo.underlay import Underlay
from demo.workers import workers

log = logging.getLogger(__name__)

STEP_SECONDS = 290.0
"""Prometheus shows a sample for five minutes."""
DAY_SECONDS = 86400.0
SITES_AT_ONCE = 6
ATTEMPTS, PAUSE_SECONDS, TIMEOUT_SECONDS = 30, 2.0, 60.0


async def write_graphs(story: Story, url: str) -> None:
    """Until all is in Prometheus, or Prometheus is gone."""
    sites, loop = list(story.city.sites), asyncio.get_running_loop()
    groups = [sites[at : at + SITES_AT_ONCE] for at in range(0, len(sites), SITES_AT_ONCE)]
    with workers(1) as pool:
        for group in groups:
            body = await loop.run_in_executor(pool, made, story, group)
            if not await _write(body, url):
                log.warning("Prometheus does not take the month before the demo")
                return


def made(story: Story, sites: Sequence[str]) -> bytes:
    """The request with all samples of these sites."""
    began_at = story.days.pace.began_at
    past = told_by(story.city, story.days.scenario, story.seed, ScriptTime(began_at)).truth
    spans = list(steady_spans(past))
    return write_request(sample for site in sites for sample in of_site(past, spans, site))


class Steady(NamedTuple):
    """The times of samples while nothing changes. At the sites of `planned` nothing counts."""

    times: list[float]
    planned: frozenset[str]


def steady_spans(past: Underlay) -> Iterator[Steady]:
    """The whole month, one after the other."""
    since = next_at = past.began_at - DAYS * DAY_SECONDS
    while since < past.began_at:
        until = min(past.changes_after(since), past.began_at)
        times = []
        while next_at < until:
            times.append(next_at)
            next_at += STEP_SECONDS
        planned = {fault.where for fault in past.acting(since) if fault.kind == "planned_work"}
        yield Steady(times, frozenset(planned))
        since = until


def of_site(past: Underlay, spans: Iterable[Steady], site: str) -> Iterator[Sample]:
    district = past.city.sites[site].district
    series = [labels("site:pantau_available:max", site=site, district=district)]
    series += [
        labels("link:pantau_link_available:max", **_link(past, id))
        for id, link in past.city.links.items()
        if link.from_ == site
    ]
    for span in spans:
        up = bool(span.times) and past.serves(site, span.times[0])
        if up or not span.planned:
            for at in span.times:
                yield from (Sample(round(at * 1000), its, float(up)) for its in series)
    yield from _paths(past, site, district)


def _paths(past: Underlay, site: str, district: str) -> Iterator[Sample]:
    """The pings up the way and out, of the last day."""
    for target, address in targets(past, site):
        common = {"site": site, "district": district, "target": target, **SCRAPED}
        rtt = labels("pantau_icmp_rtt_median_seconds", **common)
        loss = labels("pantau_icmp_loss_ratio", **common)
        at = past.began_at - DAY_SECONDS
        while at < past.began_at:
            if past.powered(site, at):
                seconds = past.usual_seconds(site, address, at)
                lost, _ = past.quality(site, address, at) or (0.0 if seconds else 1.0, 0.0)
                yield Sample(round(at * 1000), loss, lost)
                if seconds is not None:
                    yield Sample(round(at * 1000), rtt, seconds)
            at += STEP_SECONDS


def targets(past: Underlay, site: str) -> Iterator[tuple[str, str]]:
    """Those that the agent pings on its way up, by name and address."""
    yield "gateway", "@gateway"
    for link in past.city.links.values():
        if link.from_ == site and link.to != INTERNET:
            yield "uplink", past.city.sites[link.to].router
    yield INTERNET, next(address for _, _, address in past.city.internet.targets)


SCRAPED = {"instance": "pantau", "job": "pantau-city"}


def labels(name: str, **of: str) -> Labels:
    named = {"__name__": name, **of}
    return tuple(sorted((key, value) for key, value in named.items() if value))


def _link(past: Underlay, id: str) -> dict[str, str]:
    link = past.city.links[id]
    use = "backup" if link.backup else "main"
    return {
        "link": id,
        "from": link.from_,
        "to": link.to,
        "use": use,
        "medium": link.medium,
        "provider": link.provider,
    }


async def _write(body: bytes, url: str) -> bool:
    for _ in range(ATTEMPTS):
        try:
            answer = await request(
                "POST",
                f"{url}/api/v1/write",
                timeout_seconds=TIMEOUT_SECONDS,
                read_bytes=200,
                headers=HEADERS,
                body=body,
            )
        except NoHttpAnswer:
            await asyncio.sleep(PAUSE_SECONDS)
            continue
        if answer.status >= 300:
            log.warning("Prometheus: %d %s", answer.status, answer.body[:200])
        return answer.status < 300
    return False
