"""Upkeep: things that a person puts right in office hours, before they become outages. Sans-IO."""

from collector.incidents.upkeep.look import Certificates, Look
from collector.incidents.upkeep.upkeep import Upkeep

__all__ = ["Certificates", "Look", "Upkeep"]
