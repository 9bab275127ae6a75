"""Text from the bytes of a file that a person wrote. Pure.

Editors on Windows put a byte order mark first, or write UTF-16 or a code page. Text from spreadsheets, web
pages and chats holds blanks that nobody sees.
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
    """The file is not UTF-8: says what it is, and the remedy."""


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
    """Most such files are in Windows' code page 1252: a spreadsheet saves "CSV" so."""
    line, byte = data.count(b"\n", 0, at) + 1, data[at : at + 1]
    likely = byte.decode("cp1252", errors="ignore")
    shown = f", {likely!r} in Windows' code page 1252" if likely else ""
    return f"line {line}: the byte 0x{byte.hex()} is no UTF-8{shown}; save it as UTF-8"


def visible(words: str) -> str:
    """Without invisible characters, with plain blanks, and with no blank at either end."""
    return words.translate(NOTHING).translate(BLANKS).strip()


def secret(data: bytes) -> tuple[str, bool]:
    """The secret in a file, and whether it had blanks around it. Raises NotText."""
    line = text(data).strip("\r\n")
    return (held := visible_ends(line)), held != line


def visible_ends(words: str) -> str:
    """Takes blanks away at both ends; a blank inside may be part of the secret."""
    invisible = "".join(map(chr, NOTHING))
    while (shorter := words.strip().strip(invisible)) != words:
        words = shorter
    return words
