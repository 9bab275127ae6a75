"""Three places of Pontianak, the work of their agents, and what a report has in it."""

from collections.abc import Mapping

from msgspec import structs

from tests.fakes.city import PONTIANAK
from tests.fakes.virtual_time import START
from wire.messages import Assignment
from wire.metrics import CATALOGUE
from wire.probes import Http, Icmp, Tcp
from wire.report import Body, Clock, Report, Table

NOW = START
BOOTED = NOW - 100_000.0

CITY = structs.replace(
    PONTIANAK,
    sites={id: PONTIANAK.sites[id] for id in ("noc", "gradasi", "dinkes")},
    links={},
    applications={},
)

ASSIGNMENTS = {
    "noc": Assignment(version=1, probes=[Icmp(target="gradasi", address="10.61.4.1")]),
    "gradasi": Assignment(
        version=1,
        probes=[
            Icmp(target="gateway", address="@gateway"),
            Icmp(target="internet", address="1.1.1.1"),
            Tcp(target="sehat", address="antrean.example", port=443),
            Http(target="sehat", url="https://antrean.example/"),
        ],
    ),
    "dinkes": Assignment(
        version=1,
        report_interval_seconds=60,
        probes=[Tcp(target="sehat", address="antrean.example", port=443, period_seconds=300)],
    ),
}

EXPECTED = {
    agent: frozenset((str(probe.__struct_config__.tag), probe.target) for probe in assignment.probes)
    for agent, assignment in ASSIGNMENTS.items()
}


def table(
    kind: str,
    target: str,
    values: Mapping[str, float | None] = {},
    *,
    reason: str = "",
    age_ms: int = 0,
    row: str = "",
) -> Table:
    """One measurement."""
    return Table(
        kind=kind,
        target=[target],
        age_ms=[age_ms],
        values={name: [value] for name, value in values.items()},
        reason=[reason] if reason else [],
        row=[row] if row else [],
    )


def report(*tables: Table, at: float = NOW, dated: bool = True, clock: Clock = "ntp") -> Report:
    """A report made at `at`, Unix seconds; one that is not dated has only the boot clock."""
    return Report(
        stream="00c0ffee00c0ffee",
        seq=1,
        base=1,
        boot="b1",
        sent=at - BOOTED,
        offset=BOOTED if dated else None,
        clock=clock,
        body=Body(at=at - BOOTED, tables=list(tables)),
    )


def parts(values: Mapping[str, float | None]) -> list[dict[str, float | None]]:
    """The values of a device's parts, each sort of parts for itself."""
    sorts: dict[str, dict[str, float | None]] = {}
    for name, value in values.items():
        if name in CATALOGUE and CATALOGUE[name].row_label:
            sorts.setdefault(CATALOGUE[name].row_label, {})[name] = value
    return list(sorts.values())
