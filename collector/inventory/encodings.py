"""The text of a spreadsheet as it was saved: UTF-8, UTF-16 with its mark, or Windows' code page. Pure.

Excel's "Unicode text" is UTF-16, and its plain "CSV" is in the code page of the machine.
"""

import codecs
import re

from runtime.files.text import NotText, text

CODE_PAGE = "cp1252"
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
UTF_8_WITHIN = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
"""Two bytes that are a letter in UTF-8 and hardly ever stand together in a code page."""
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def sheet_text(data: bytes) -> str:
    """Raises NotText."""
    if data.startswith(UTF_16) and not data.startswith(UTF_32):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise NotText("is UTF-16 that breaks off; save it as UTF-8") from None
    try:
        return text(data)
    except NotText:
        if in_code_page(data):
            return data.decode(CODE_PAGE)
        raise


def in_code_page(data: bytes) -> bool:
    """Whether it is text of Windows' code page 1252; not if it mixes that with UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return False
    if data.startswith(codecs.BOM_UTF8) or UTF_8_WITHIN.search(data):
        return False
    try:
        decoded = data.decode(CODE_PAGE)
    except UnicodeDecodeError:
        return False
    return not CONTROL.search(decoded)
