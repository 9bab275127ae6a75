"""The script's time, which may run faster than real time: the script is a day, and a person has an hour."""

from typing import NamedTuple


class ScriptTime(NamedTuple):
    """Both times are Unix seconds, and they are the same at the start."""

    began_at: float
    speed: float = 1.0

    def script(self, real: float) -> float:
        """The script's time at a real time."""
        return self.began_at + (real - self.began_at) * self.speed

    def real(self, script: float) -> float:
        """The real time at which the script has come so far."""
        return self.began_at + (script - self.began_at) / self.speed
