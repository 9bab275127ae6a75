"""The names of the targets that every agent has; a site, a device or an application can't take one."""

import re

GATEWAY = "gateway"
UPLINK = "uplink"
RESOLVER = "resolver"
INTERNET = "internet"

_RESERVED = re.compile(rf"{GATEWAY}|{UPLINK}|({RESOLVER}|{INTERNET})[0-9]?|self")


def is_reserved(name: str) -> bool:
    return _RESERVED.fullmatch(name) is not None


def numbered(name: str, position: int) -> str:
    """`internet`, `internet2`, `internet3`: the first has no number."""
    return name if position == 0 else f"{name}{position + 1}"
