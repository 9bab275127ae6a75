"""The applications: an id of their own, an owner and places to be probed from that exist."""

import re
from collections.abc import Iterator
from typing import get_args

from collector.inventory.checks.draft import Draft
from collector.inventory.city import Role
from collector.inventory.problem import Problem
from collector.inventory.targets import is_reserved
from wire.probes import wrong_with

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
        if application.owner:
            yield from draft.reference(("applications", id, "owner"), application.owner, "sites")
        for place in application.probed_from:
            at = ("applications", id, "probed_from")
            yield from draft.reference(at, place, "sites", also=get_args(Role))
