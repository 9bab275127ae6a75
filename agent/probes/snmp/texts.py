"""A device's texts, as they may stand in a label. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence

from agent.probes.snmp.ber import Raw
from wire.profile import TOKEN, Oid, TextReading, numbers, part_of_index
from wire.text import FILLER, printable

MAX_NAME = 64
MAC_OCTETS = 6


def text(raw: Raw | None) -> str:
    """Printable, at most 64 characters. Six octets that are no text are a hardware address."""
    if not isinstance(raw, bytes):
        return ""
    if len(raw) == MAC_OCTETS and _is_binary(raw):
        return raw.hex(":") if any(raw) else ""
    words = raw.decode("utf-8", "replace")
    if not (words.isascii() and words.isprintable()):
        words = printable(words, len(raw)).replace(FILLER, " ")
    if "  " in words:
        words = re.sub(r" +", " ", words)
    return words.strip()[:MAX_NAME].rstrip()


def _is_binary(raw: bytes) -> bool:
    try:
        return not raw.rstrip(b"\0").decode().isprintable()
    except UnicodeDecodeError:
        return True


def shown(raw: Raw | None) -> str:
    """A cell as a part of a name: a number in digits."""
    return str(raw) if isinstance(raw, int) else text(raw)


def cut(reading: TextReading, raw: Raw | None) -> str:
    """The part of a text that the reading wants, "" if its words are not there."""
    if not isinstance(raw, bytes):
        return shown(raw) if not reading.after else ""
    words = raw.decode("utf-8", "replace")
    if reading.after:
        _, _, words = words.partition(reading.after)
    if reading.until:
        words = words.partition(reading.until)[0]
    return text(words.encode())


def cells_of(templates: Sequence[str], index: Oid, cells: Mapping[Oid, Raw | None]) -> Iterator[Oid]:
    """The cells that the templates need for a row. Some become known only with others of `cells`."""
    for template in templates:
        for token in TOKEN.finditer(template):
            if not token["oid"]:
                continue
            if token["at"]:
                yield (*numbers(token["at"]), *index)
            at = _index(token, index, cells)
            if at is not None:
                yield (*numbers(token["oid"]), *at)


def filled(template: str, index: Oid, cells: Mapping[Oid, Raw | None]) -> str:
    """The template with the row's texts, "" where one of them is missing."""
    words: list[str] = []
    end = 0
    for token in TOKEN.finditer(template):
        word = _word(token, index, cells)
        if not word:
            return ""
        words += (template[end : token.start()], word)
        end = token.end()
    return "".join([*words, template[end:]]).strip()[:MAX_NAME].rstrip()


def _word(token: re.Match[str], index: Oid, cells: Mapping[Oid, Raw | None]) -> str:
    if token["oid"]:
        at = _index(token, index, cells)
        return "" if at is None else shown(cells.get((*numbers(token["oid"]), *at)))
    piece = index[part_of_index(token["slice"])] if token["slice"] else index
    if token["word"] == "index":
        return ".".join(map(str, piece))
    return text(bytes(piece)) if all(number < 256 for number in piece) else ""


def _index(token: re.Match[str], index: Oid, cells: Mapping[Oid, Raw | None]) -> Oid | None:
    """The index at which the token's column is looked up."""
    if token["at"]:
        held = cells.get((*numbers(token["at"]), *index))
        return (held,) if isinstance(held, int) and held >= 0 else None
    return index[part_of_index(token["slice"])] if token["slice"] else index
