"""The people on duty: the rota in local time, and the people to call for a district at a time. Sans-IO.

1. `shift` is a row of the rota as a person writes it, with its occurrences in Unix time.
2. `rota` has all shifts, and says who is on duty.
3. `gaps` finds the hours of the week in which nobody is.
"""

from collector.duty.gaps import Gap, gaps
from collector.duty.rota import DutySpan, OnDuty, Rota
from collector.duty.shift import Shift

__all__ = ["DutySpan", "Gap", "OnDuty", "Rota", "Shift", "gaps"]
