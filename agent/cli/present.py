"""One measurement for a person: the verdict and a line for each value; or one JSON document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.cli.parts import tables
from agent.probes.measurement import Measurement, Row
from agent.probes.summary import Line, Values
from wire.probes import NOT_RUN
from wire.report import rounded


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measurement, its values in lines, why it did not succeed ("" where it did), and the target's parts.

    `second_opinion` is the result of another implementation, for a person to compare.
    """

    measurement: Measurement
    summary: Sequence[Line] = ()
    detail: str = ""
    parts: Sequence[Row] = field(default=())
    second_opinion: Line | None = None


def as_dict(outcome: Outcome) -> dict[str, object]:
    """The document of `--json`. Its values are those of the wire: base units, without the undefined ones."""
    measurement = outcome.measurement
    return {
        "kind": measurement.kind,
        "target": measurement.target,
        "success": not measurement.reason,
        "reason": measurement.reason,
        "detail": outcome.detail,
        "values": _rounded(measurement.values),
        **({"info": measurement.info} if measurement.info else {}),
        "rows": [
            {"row": part.row, "values": _rounded(part.values), "info": part.info} for part in outcome.parts
        ],
    }


def as_lines(outcome: Outcome) -> list[str]:
    lines = [*_device(outcome.measurement.info), *outcome.summary]
    if outcome.second_opinion:
        lines.append(outcome.second_opinion)
    width = max((len(name) for name, _ in lines), default=0)
    of_device = (f"  {name:<{width}}  {text}" for name, text in lines)
    return [_verdict(outcome), *of_device, *tables(outcome.parts)]


def _verdict(outcome: Outcome) -> str:
    measurement = outcome.measurement
    name = f"{measurement.kind} {measurement.target}"
    if not measurement.reason:
        return f"OK       {name}"
    word = "NOT RUN" if measurement.reason in NOT_RUN else "FAILED "
    return f"{word}  {name}: {measurement.reason}: {outcome.detail}"


def _device(info: Mapping[str, str]) -> Iterator[Line]:
    """The maker, model and firmware of the device, where the agent found them out."""
    if names := " ".join(filter(None, (info.get("vendor"), info.get("model")))):
        yield "device", names
    for label in ("firmware", "profiles"):
        if info.get(label):
            yield label, info[label]


def _rounded(values: Values) -> dict[str, float | None]:
    return {name: rounded(name, value) for name, value in values.items()}
