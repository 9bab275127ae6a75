"""The one-time code of an invitation: `pantau.example/7KQ2M-4T0ZB-…`, an address and 45 characters.

The characters are Crockford's base32 (no I, L, O and U; case, dashes and blanks do not matter) of 28 bytes:
the pin of the authority, the secret, and a check of everything before it and of the address. So a person
can type a code, and a slip is found before anything is sent. A QR code has it in its alphanumeric form.
"""

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

ENROLMENT_PORT = 8471
PIN_BYTES = 16
SECRET_BYTES = 10
CHECK_BYTES = 2
GROUP = 5

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
_BYTES = PIN_BYTES + SECRET_BYTES + CHECK_BYTES
_CHARACTERS = -(-_BYTES * 8 // GROUP)
_SPARE_BITS = _CHARACTERS * 5 - _BYTES * 8
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|[0-9a-f:.]{2,45}")


class BadCode(ValueError):
    """This is no code. The text is one line: the fault, and the remedy."""


class Code(NamedTuple):
    """`pin` is the beginning of the SHA-256 of the SubjectPublicKeyInfo of the authority's key, in DER."""

    host: str
    port: int
    pin: bytes
    secret: bytes


def write_code(code: Code) -> str:
    """In capitals, so that a QR code is small."""
    text = _characters(code.pin + code.secret + _check(code))
    groups = (text[at : at + GROUP] for at in range(0, _CHARACTERS, GROUP))
    return f"{_address(code.host, code.port)}/{'-'.join(groups)}".upper()


def read_code(text: str) -> Code:
    """Raises BadCode."""
    address, parted, rest = text.strip().rpartition("/")
    if not parted:
        raise BadCode("it has no /: type the address too, as pantau.example/7KQ2M-…")
    host, port = _host_and_port(address.strip().lower())
    characters = re.sub(r"[\s-]", "", rest).upper().translate(_READ_AS)
    _check_characters(characters)
    code, check = _decoded(host, port, characters)
    if check != _check(code):
        raise BadCode(
            f"it has a slip{_place_of_slip(host, port, characters)}: compare it with the invitation"
        )
    return code


def write_secret(secret: bytes) -> str:
    """As the code has it, without dashes."""
    return _characters(secret)


def _check_characters(characters: str) -> None:
    """Raises BadCode."""
    for at, character in enumerate(characters):
        if character not in _ALPHABET:
            shown = character if character.isprintable() else "an invisible character"
            raise BadCode(f"{shown} in group {at // GROUP + 1} is in no code: compare it with the invitation")
    if len(characters) != _CHARACTERS:
        many = f"{len(characters)} characters after the /, not {_CHARACTERS}"
        raise BadCode(f"it has {many}: it consists of {_CHARACTERS // GROUP} groups of {GROUP}")


def _place_of_slip(host: str, port: int, characters: str) -> str:
    """The group in which one other character would make the code whole, where it is one group alone."""
    groups = {
        at // GROUP + 1
        for at, other in _with_one_other(characters)
        for code, check in [_decoded(host, port, other)]
        if check == _check(code)
    }
    return f", perhaps in group {groups.pop()}" if len(groups) == 1 else ""


def _with_one_other(characters: str) -> Iterator[tuple[int, str]]:
    for at, character in enumerate(characters):
        for other in _ALPHABET:
            if other != character:
                yield at, f"{characters[:at]}{other}{characters[at + 1 :]}"


def _decoded(host: str, port: int, characters: str) -> tuple[Code, bytes]:
    """The code, and the check that stands in it; no check where the bits to spare are not 0."""
    number = 0
    for character in characters:
        number = number << 5 | _ALPHABET.index(character)
    if number & (1 << _SPARE_BITS) - 1:
        return Code(host, port, b"", b""), b""
    data = (number >> _SPARE_BITS).to_bytes(_BYTES, "big")
    pin, rest = data[:PIN_BYTES], data[PIN_BYTES:]
    return Code(host, port, pin, rest[:SECRET_BYTES]), rest[SECRET_BYTES:]


def _characters(data: bytes) -> str:
    bits = len(data) * 8
    count = -(-bits // 5)
    number = int.from_bytes(data, "big") << (count * 5 - bits)
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(count)))


def _check(code: Code) -> bytes:
    data = _address(code.host, code.port).encode() + code.pin + code.secret
    return binascii.crc_hqx(data, 0xFFFF).to_bytes(CHECK_BYTES, "big")


def _address(host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return (shown if port == ENROLMENT_PORT else f"{shown}:{port}").lower()


def _host_and_port(address: str) -> tuple[str, int]:
    """Raises BadCode."""
    bracketed, in_brackets, rest = address.removeprefix("[").partition("]")
    host, _, port = (bracketed, *rest.partition(":")[1:]) if in_brackets else address.partition(":")
    if not _HOST.fullmatch(host):
        raise BadCode("the part before the / is no address: type it as the invitation has it")
    if not port:
        return host, ENROLMENT_PORT
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise BadCode("the port before the / is no port: type it as the invitation has it")
    return host, int(port)
