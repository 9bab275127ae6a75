"""The applications: an id of their own, an owner and places to be probed from that exist."""

import re
from collections.abc import Iterator
from typing import get_args

from collector.inventory.checks.draft import Draft
from collector.inventory.city import Application, Role
from collector.inventory.problem import Problem
from collector.inventory.targets import is_reserved
from wire.url import wrong_with

TIMEOUT_SECONDS = 10.0  # the timeout of an application that sets none, for any period
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def faults(draft: Draft) -> Iterator[Problem]:
    sites = set(draft.written("sites"))
    for id in draft.written("applications"):
        if not _ID.fullmatch(id):
            what = "an application's id is 1 to 64 of a-z, 0-9, '.', '_' and -; rename it"
            yield draft.problem("applications", id, "", what)
        elif is_reserved(id) or id in sites:
            other = "a site" if id in sites else "a target of every agent"
            what = f"{id!r} is {other}; rename the application"
            yield draft.problem("applications", id, "", what)
    for id, application in draft.city.applications.items():
        if application.url and (what := wrong_with(application.url)):
            yield draft.problem("applications", id, "url", f"{application.url!r}: {what}; correct it")
        yield from _contradictions(draft, id, application)
        if application.owner:
            yield from draft.reference(("applications", id, "owner"), application.owner, "sites")
        for place in application.probed_from:
            at = ("applications", id, "probed_from")
            yield from draft.reference(at, place, "sites", also=get_args(Role))


def _contradictions(draft: Draft, id: str, application: Application) -> Iterator[Problem]:
    if application.method == "HEAD" and application.expect.text:
        what = "'HEAD': its answer has no body for expect.text; write GET, or leave expect.text out"
        yield draft.problem("applications", id, "method", what)
    if application.ca_file and not application.verify_certificate:
        what = f"{application.ca_file!r}: of no use while verify_certificate is false; remove one of them"
        yield draft.problem("applications", id, "ca_file", what)
    if application.timeout_seconds > max(application.period_seconds, TIMEOUT_SECONDS):
        seconds = f"{application.timeout_seconds:g}"
        what = f"{seconds}: longer than period_seconds; write at most {application.period_seconds:g}"
        yield draft.problem("applications", id, "timeout_seconds", what)
