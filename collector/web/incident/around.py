"""All that the page of an incident is made of. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from collector.causes import NOT_WEIGHED, WeighedCause
from collector.incidents import Action, Incident
from collector.notices.delivery import Deliveries, StateTaken
from collector.web.grafana import GrafanaLinks
from collector.web.past.course import CoursePicture

NOTHING_SENT = Deliveries((), 0)


class Around(NamedTuple):
    """`others` are the incidents that the page names, by id. `parts` became a part of it or were merged into
    it, `earlier` are about the same root; each with the number of all.

    `actions` are newest first. `weighed` is the cause by all that is known now. `announce_at` is the time of
    its first notice, if it lasts until then. `course` is the picture of its beginning. `recent`: it is in
    memory, so that people can still change it. `private`: the reader may see numbers of people, and the
    errors of channels.
    """

    incident: Incident
    actions: Sequence[Action] = ()
    deliveries: Deliveries = NOTHING_SENT
    weighed: WeighedCause = NOT_WEIGHED
    others: Mapping[str, Incident] = {}
    parts: Sequence[Incident] = ()
    parts_count: int = 0
    earlier: Sequence[Incident] = ()
    earlier_count: int = 0
    announce_at: float = 0.0
    course: CoursePicture | None = None
    grafana: GrafanaLinks = GrafanaLinks()
    states_taken: Mapping[str, StateTaken] = {}
    recent: bool = True
    private: bool = False


def named_by(incident: Incident) -> set[str]:
    """The ids of the other incidents that its page names, beside its parts."""
    ids = {incident.merged_into, incident.part_of}
    for moment in incident.moments:
        if moment.what in ("took_in", "joined", "parted"):
            ids |= {moment.before, moment.after}
    return ids - {""}
