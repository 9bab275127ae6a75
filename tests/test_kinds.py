"""Each place that knows the probe kinds knows all of them. A failure names the place that is missing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from agent.probes.kinds import KINDS as AGENT_KINDS
from collector.assignments.kinds import KINDS as COLLECTOR_KINDS
from wire.metrics import CATALOGUE, names_of
from wire.probes import Probe

PROBES = Path(__file__).parents[1] / "agent" / "probes"


def test_every_kind_of_the_union_has_its_places() -> None:
    assert list(missing(get_args(Probe))) == []


def test_no_place_knows_a_kind_that_is_not_in_the_union() -> None:
    kinds = {tag(struct) for struct in get_args(Probe)}
    assert AGENT_KINDS.keys() | COLLECTOR_KINDS.keys() == kinds


def missing(structs: tuple[Any, ...]) -> Iterator[str]:
    for kind in map(tag, structs):
        if not any(metric.kind == kind for metric in CATALOGUE.values()):
            yield f"{kind}: wire/metrics.py has no value of this kind in CATALOGUE"
        if kind not in AGENT_KINDS:
            yield f"{kind}: agent/probes/kinds.py has no row in KINDS"
        if kind not in COLLECTOR_KINDS:
            yield f"{kind}: collector/assignments/kinds.py has no row in KINDS"
        elif COLLECTOR_KINDS[kind].response_time not in {"", *names_of(kind)}:
            yield f"{kind}: collector/assignments/kinds.py: response_time is no value of this kind"
        if not any(place.exists() for place in (PROBES / f"{kind}.py", PROBES / kind)):
            yield f"{kind}: there is no agent/probes/{kind}.py"


def tag(struct: Any) -> str:
    return str(struct.__struct_config__.tag)
