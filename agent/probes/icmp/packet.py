"""ICMP echo messages as bytes: RFC 792 for IPv4, RFC 4443 for IPv6."""

import socket
import struct
from typing import NamedTuple

HEADER = struct.Struct("!BBHHH")
REQUEST_TYPE = {socket.AF_INET: 8, socket.AF_INET6: 128}
REPLY_TYPE = {socket.AF_INET: 0, socket.AF_INET6: 129}
TOKEN_BYTES = 8
# 56 bytes of data, as ping and fping send: an operator compares like with like, and sees who sends.
PADDING = b"pantau echo " * 4


class Echo(NamedTuple):
    """The identity of an echo. `token` is b"" if an error quotes only the first 8 bytes."""

    type: int
    identifier: int
    sequence: int
    token: bytes


def encode(echo: Echo) -> bytes:
    """64 bytes, with the checksum that a raw IPv4 socket needs; all other sockets have the kernel set it."""
    header = HEADER.pack(echo.type, 0, 0, echo.identifier, echo.sequence)
    body = echo.token + PADDING
    return HEADER.pack(echo.type, 0, checksum(header + body), echo.identifier, echo.sequence) + body


def decode(data: bytes | bytearray | memoryview) -> Echo | None:
    """An echo message, or the part of it that an ICMP error quotes; None where it is too short to be one."""
    if len(data) < HEADER.size:
        return None
    kind, _code, _checksum, identifier, sequence = HEADER.unpack_from(data)
    token = bytes(data[HEADER.size : HEADER.size + TOKEN_BYTES])
    return Echo(kind, identifier, sequence, token if len(token) == TOKEN_BYTES else b"")


def checksum(data: bytes) -> int:
    """The Internet checksum of an even number of bytes (RFC 1071)."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF
