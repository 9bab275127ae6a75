"""The course of an incident: the measurements of a few paths around its beginning, step by step. Pure."""

from msgspec import Struct

BEFORE_SECONDS, AFTER_SECONDS = 900, 900
PATHS_KEPT = 3


class PathCourse(Struct, frozen=True):
    """One path's codes, one for each step until now: see codes.py."""

    agent: str
    kind: str
    target: str
    times: list[int]
    states: list[int]


class Course(Struct, frozen=True):
    """The course of an incident that began at `began_at`. The first step begins at `first_at`, Unix seconds.

    It has so many `steps` in the end. `complete`: that time is over, and the course changes no more.
    """

    incident: str
    began_at: float
    first_at: float
    step_seconds: int
    steps: int
    paths: list[PathCourse]
    complete: bool = False
