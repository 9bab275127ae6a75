"""The devices of a line: an ONU that its OLT knows, and a radio that fades."""

from dataclasses import dataclass, field
from random import Random

OLT_PERIOD = 300.0
LOST_DBM = -91.0


@dataclass
class VirtualTerminal:
    """Some have no dying gasp. The OLT remembers the last loss, which may be of last week."""

    gasps: bool
    before: str

    def last_down(self, at: float, cut: tuple[float, float], dark_from: float) -> str:
        """The first of a cut and a loss of power counts: then the OLT does not hear the other."""
        losses = [(cut[0], "los")]
        if not cut[0] <= dark_from < cut[1]:
            losses.append((dark_from, "dying_gasp" if self.gasps else "los"))
        known = [loss for loss in losses if loss[0] <= at]
        return max(known)[1] if known else self.before


@dataclass
class VirtualRadio:
    """It loses its far end with the cut, `fade` seconds after its signal began to fall."""

    clear: float
    fade: float = 0.0
    noise: Random = field(default_factory=lambda: Random(7))

    def level(self, at: float, cut: tuple[float, float]) -> float | None:
        if cut[0] <= at < cut[1]:
            return None
        fallen = 1 - (cut[0] - at) / self.fade if self.fade and at < cut[0] else 0.0
        level = self.clear + max(0.0, fallen) * (LOST_DBM - self.clear)
        return float(round(level + self.noise.gauss(0, 1)))
