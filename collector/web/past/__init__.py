"""The drawings of what the collector remembers. Pure."""

from collector.web.past.strips import Strip, Strips, strips

__all__ = ["Strip", "Strips", "strips"]
