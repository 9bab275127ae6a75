"""Times for a terminal, in the city's time zone; each names the zone."""

from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from collector.config import CollectorConfig


def stamp(at: float, zone: tzinfo) -> str:
    """`at` in Unix seconds."""
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M:%S %Z}"


def zone_of(config: CollectorConfig) -> tzinfo:
    """The zone of the city; UTC where its inventory can't be read."""
    from collector.inventory import BadInventory, load

    try:
        return ZoneInfo(load(Path(config.inventory)).timezone)
    except BadInventory:
        return UTC
