"""What a person's editor wrote into a file, as text. Pure.

Windows' editors put a byte order mark before it, or write UTF-16 or a code page; spreadsheets, web pages and
chats leave blanks in it that nobody sees.
"""

import codecs

MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphen, zero-width space, word joiner, byte order mark: they have no width at all."""

BLANKS = dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " ")
"""Blanks at which no line breaks."""


class NotText(ValueError):
    """What it is instead, and the remedy."""


def text(data: bytes) -> str:
    """UTF-8, with or without a byte order mark. Raises NotText."""
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            raise NotText(f"is {encoding}; save it as UTF-8")
    if b"\0" in data:
        raise NotText("is UTF-16 or no text at all; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText(_stray(data, error.start)) from None


def _stray(data: bytes, at: int) -> str:
    """Most such files are of Windows' code page 1252, as a spreadsheet saves "CSV"."""
    line, byte = data.count(b"\n", 0, at) + 1, data[at : at + 1]
    meant = byte.decode("cp1252", errors="ignore")
    shown = f", {meant!r} in Windows' code page 1252" if meant else ""
    return f"line {line}: the byte 0x{byte.hex()} is no UTF-8{shown}; save it as UTF-8"


def visible(words: str) -> str:
    """Without what nobody sees, and with plain blanks, of which none is at an end."""
    return words.translate(NOTHING).translate(BLANKS).strip()


def secret(data: bytes) -> tuple[str, bool]:
    """What a file of one secret holds, and whether blanks around it were left out. Raises NotText."""
    line = text(data).strip("\r\n")
    return (held := visible_ends(line)), held != line


def visible_ends(words: str) -> str:
    """A blank within may be meant; at an end none is."""
    unseen = "".join(map(chr, NOTHING))
    while (shorter := words.strip().strip(unseen)) != words:
        words = shorter
    return words
