"""One measurement for a person: the verdict and a line for each value; or one JSON document."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.probes.measurement import Measurement, Row
from agent.probes.summary import Line, Values
from wire.probes import NOT_RUN
from wire.report import rounded

UP = {0: "down", 1: "up"}
TROUBLES = ("receive_errors", "transmit_errors", "receive_discards", "transmit_discards")


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
        "rows": [
            {"row": part.row, "values": _rounded(part.values), "info": part.info} for part in outcome.parts
        ],
    }


def as_lines(outcome: Outcome) -> list[str]:
    lines = [*outcome.summary, *map(_interface, outcome.parts)]
    if outcome.second_opinion:
        lines.append(outcome.second_opinion)
    width = max((len(name) for name, _ in lines), default=0)
    return [_verdict(outcome), *(f"  {name:<{width}}  {text}" for name, text in lines)]


def _verdict(outcome: Outcome) -> str:
    measurement = outcome.measurement
    name = f"{measurement.kind} {measurement.target}"
    if not measurement.reason:
        return f"OK       {name}"
    word = "NOT RUN" if measurement.reason in NOT_RUN else "FAILED "
    return f"{word}  {name}: {measurement.reason}: {outcome.detail}"


def _interface(part: Row) -> Line:
    """The line of one interface. Its counters are the device's own, since the device started."""
    values, texts = part.values, [UP.get(int(part.values.get("interface_up", -1)), "unknown")]
    if "interface_speed_bits_per_second" in values:
        texts.append(f"{values['interface_speed_bits_per_second'] / 1e6:g} Mbit/s")
    for word, name in (("received", "receive"), ("sent", "transmit")):
        if f"interface_{name}_bytes_total" in values:
            texts.append(f"{word} {values[f'interface_{name}_bytes_total']:,.0f} bytes")
    if troubles := sum(values.get(f"interface_{name}_total", 0) for name in TROUBLES):
        texts.append(f"{troubles:,.0f} errors and discards")
    if part.info.get("alias"):
        texts.append(part.info["alias"])
    return part.row, ", ".join(texts)


def _rounded(values: Values) -> dict[str, float | None]:
    return {name: rounded(name, value) for name, value in values.items()}
