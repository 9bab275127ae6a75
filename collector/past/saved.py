"""The form in which the store keeps cells: a block of two hours of all paths of one site. Pure."""

import zlib
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from collector.past.cells import BLOCK_CELLS, CODES, Cells
from collector.past.paths import MeasuredPath, PathRows

SIZES = {"B": 1, "H": 2, "I": 4}


class SavedCells(Struct, frozen=True):
    """`paths` are kind and target of each path, `columns` the bytes of each array, path after path."""

    paths: list[tuple[str, str]]
    columns: list[bytes]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(SavedCells).decode

BlockKey = tuple[str, int]
"""Site and number of the block."""


def packed(saved: SavedCells) -> bytes:
    """The bytes for the store. Most cells are alike: the fastest compression makes ten bytes of a hundred."""
    return zlib.compress(_encode(saved), 1)


def unpacked(data: bytes) -> SavedCells | None:
    """None if no release can read them."""
    try:
        return _decode(zlib.decompress(data))
    except (zlib.error, msgspec.DecodeError):
        return None


def saved_block(agent: str, block: int, paths: PathRows, cells: Cells) -> SavedCells:
    """The present cells of that block."""
    rows = {(path.kind, path.target): row for path, row in paths.with_rows(agent)}
    return SavedCells(list(rows), cells.block(rows.values(), block))


def columns_of(saved: SavedCells) -> Iterator[tuple[tuple[str, str], Sequence[bytes]]]:
    """Each path with its part of the columns; nothing if the shape is not ours."""
    sizes = [SIZES[code] * BLOCK_CELLS for code in CODES]
    if [len(column) for column in saved.columns] != [size * len(saved.paths) for size in sizes]:
        return
    for place, path in enumerate(saved.paths):
        yield (
            path,
            [
                column[place * size : (place + 1) * size]
                for column, size in zip(saved.columns, sizes, strict=True)
            ],
        )


def put_back(agent: str, block: int, data: bytes, paths: PathRows, cells: Cells) -> bool:
    """Add saved cells to the present ones. Paths that left are left out. False: they can't be read."""
    saved = unpacked(data)
    if saved is None:
        return False
    found = False
    for (kind, target), columns in columns_of(saved):
        found = True
        row = paths.row(MeasuredPath(agent, kind, target))
        if row is not None:
            cells.add_block(row, block, columns)
    return found or not saved.paths
