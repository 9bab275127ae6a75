"""Report bodies for the spool's tests."""

from agent.spool import Spool
from wire.report import Body, Drop, Table, decode_body


def body(at: float = 100.0, measurements: int = 3) -> Body:
    names = [f"target-{number}" for number in range(measurements)]
    values: dict[str, list[float | None]] = {
        "tcp_connect_duration_seconds": [0.001 * number for number in range(measurements)]
    }
    tables = (
        [Table(kind="tcp", target=names, age_ms=[0] * measurements, values=values)] if measurements else []
    )
    return Body(at=at, tables=tables)


def contents(spool: Spool, key: tuple[str, int]) -> Body:
    row = spool.read(key)
    assert row is not None, key
    return decode_body(row.body)


def drops_told(spool: Spool) -> list[Drop]:
    """All the drop records that the held reports carry, oldest report first."""
    return [drop for key in spool.held(100_000) for drop in contents(spool, key).drops]


def losses(drops: list[Drop]) -> dict[tuple[str, int], tuple[int | None, str]]:
    """What they name: measurements and reason of each report."""
    return {
        (drop.stream, drop.first + index): (count, drop.reason)
        for drop in drops
        for index, count in enumerate(drop.counts)
    }
