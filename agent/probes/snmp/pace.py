"""How much of a walk to ask for at once. Sans-IO."""

from agent.probes.snmp.device import SnmpDevice

SMALL = 8
"""Variables of a GETBULK to a device that was silent to a larger one, before it passes for one without."""


class WalkPace:
    """How much of a walk to ask for at once: less after a refusal, and GETNEXT where GETBULK is refused."""

    def __init__(self, device: SnmpDevice, *, bulk: bool) -> None:
        self._device = device
        self._bulk = bulk and device.knows_bulk
        self._most = device.variables
        self._doubts_bulk = False
        self._small = False
        self._silent_at = 0
        self.variables = device.variables

    def repetitions(self, columns: int) -> int:
        """The repetitions of the next GETBULK; 0 means a GETNEXT."""
        return max(1, self.variables // columns) if self._bulk and not self._doubts_bulk else 0

    def answered(self, repetitions: int, columns: int) -> None:
        if self._silent_at and (repetitions or not self._bulk):
            self._device.perhaps_too_big(max(1, repetitions) * columns)
            self._silent_at = 0
        if repetitions:
            self._device.bulk_answered()
        elif self._doubts_bulk:
            self._doubts_bulk = False
            if self._small:
                self._device.bulk_refused()
                self._bulk = False
            self._small, self._most = True, min(self._most, SMALL)
        self.variables = min(self.variables * 2, self._most)

    def silent(self, repetitions: int, columns: int) -> bool:
        """Whether a smaller request is possible after a silence. The walk never sends one so large again."""
        asked = max(1, repetitions) * columns
        if repetitions and (asked == 1 or not self._device.answers_bulk):
            self._doubts_bulk, self._silent_at = True, asked
            return True
        self._silent_at = asked
        self._most = self.variables = max(1, asked // 2)
        return asked > 1

    def refused(self, repetitions: int, columns: int, *, too_big: bool) -> bool:
        """Whether a smaller request is possible after an error."""
        asked = max(1, repetitions) * columns
        self.variables = max(1, asked // 2)
        if too_big:
            self._most = self.variables
            self._device.too_big(self.variables)
        if asked == 1 and repetitions:
            self._doubts_bulk = self._small = True
            return True
        return asked > 1
