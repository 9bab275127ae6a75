"""The drawings of what the collector remembers. Pure."""

from collector.web.past.course import CoursePicture, course
from collector.web.past.strips import Strip, Strips, strips

__all__ = ["CoursePicture", "Strip", "Strips", "course", "strips"]
