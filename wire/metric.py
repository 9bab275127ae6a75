"""One metric of the catalogue (wire.metrics)."""

from typing import Literal, NamedTuple

Type = Literal["gauge", "counter"]

EVERY_KIND = "probe"
"""The `kind` of a metric that every probe kind has. Its series carry the label `probe`."""

AGENT = "agent"
"""The `kind` of an agent's own values, which are no probe's."""


class Metric(NamedTuple):
    """`kind` is the probe kind that measures the value, AGENT or EVERY_KIND.

    `decimals` is the precision that the value has: the agent sends no digits beyond it, they are noise.
    `target_label` and `row_label` name the labels that a measurement's target and row become. `info` names
    the columns of text (wire.report.Table.info) that become labels too.
    """

    kind: str
    family: str
    type: Type
    decimals: int
    help: str
    labels: tuple[tuple[str, str], ...] = ()
    target_label: str = "target"
    row_label: str = ""
    info: tuple[str, ...] = ()
