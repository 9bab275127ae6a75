"""The past of the measurements in the store: blocks of cells by site, and the courses of incidents."""

import msgspec
import sqlalchemy as sa

from collector.database.engine import tables, upsert
from collector.past.changes import PastChanges
from collector.past.course import Course
from collector.past.saved import BlockKey, packed

past_cells = sa.Table(
    "past_cells",
    tables,
    sa.Column("site", sa.Text, primary_key=True),
    sa.Column("block", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("cells", sa.LargeBinary, nullable=False),
    sa.Index("past_cells_by_block", "block"),
)
incident_courses = sa.Table(
    "incident_courses",
    tables,
    sa.Column("incident", sa.Text, primary_key=True),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Index("incident_courses_by_complete", "complete"),
)

_encode_course = msgspec.json.Encoder().encode
_course = msgspec.json.Decoder(Course).decode


def write(connection: sa.Connection, changes: PastChanges) -> None:
    """Within the batch's transaction."""
    if changes.kept:
        first, last = changes.kept
        connection.execute(sa.delete(past_cells).where(sa.not_(past_cells.c.block.between(first, last))))
    rows = [
        {"site": site, "block": block, "cells": packed(cells)}
        for (site, block), cells in changes.cells.items()
    ]
    if rows:
        connection.execute(upsert(connection, past_cells), rows)
    courses = [
        {"incident": id, "complete": course.complete, "document": _encode_course(course).decode()}
        for id, course in changes.courses.items()
    ]
    if courses:
        connection.execute(upsert(connection, incident_courses), courses)


def cells(connection: sa.Connection) -> dict[BlockKey, bytes]:
    """All blocks, packed."""
    return {(site, block): data for site, block, data in connection.execute(sa.select(past_cells))}


def courses_to_go_on(connection: sa.Connection) -> list[Course]:
    """Those of the newest incidents that a collector stopped in the middle of."""
    wanted = sa.select(incident_courses.c.document).where(sa.not_(incident_courses.c.complete))
    return [_course(text) for text in connection.scalars(wanted)]


def course_of(connection: sa.Connection, incident: str) -> Course | None:
    if not incident.isprintable():
        return None  # PostgreSQL takes no NUL, and no id has one
    wanted = sa.select(incident_courses.c.document).where(incident_courses.c.incident == incident)
    text = connection.scalar(wanted)
    return None if text is None else _course(text)
