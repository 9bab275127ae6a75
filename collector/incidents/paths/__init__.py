"""Incidents about paths: values over a limit (degraded), and paths that go up and down (flapping). Sans-IO.

1. `limits` has the limits of each path. `rates` makes rates out of a device's counters.
2. `window` decides about one value over time, `degradation` which paths are over a limit now.
3. `flips` decides which paths flap.
4. `course` says where a path runs. `folding` finds the place or far end that many bad paths share.
5. `troubles` opens, merges and closes the incidents.
"""
