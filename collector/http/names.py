"""Looks names up, each in a thread of its own, which the threads of the store never wait for.

A name server that is gone holds a thread for up to a minute, and it is gone just when the internet is. With
the event loop's few threads, some such names would hold up each transaction.
"""

import asyncio
import socket
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Any, NamedTuple

from aiohttp.abc import AbstractResolver, ResolveResult

ADDRESS_IS_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
Found = list[tuple[Any, ...]]


class LookedUp(NamedTuple):
    host: str
    port: int
    family: int


_pending: dict[LookedUp, "Future[Found]"] = {}
_lock = Lock()


class HostNames(AbstractResolver):
    """As aiohttp wants it. Requests for the same name at the same time share one thread."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError."""
        found = await asyncio.wrap_future(_begun(LookedUp(host, port, family)))
        return [
            ResolveResult(
                hostname=host,
                host=_numeric(address),
                port=address[1],
                family=family,
                proto=protocol,
                flags=ADDRESS_IS_NUMERIC,
            )
            for family, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Nothing is kept open."""


def _begun(wanted: LookedUp) -> "Future[Found]":
    """The lookup that runs, or a new one. A request that gives up ends no lookup."""
    with _lock:
        if (known := _pending.get(wanted)) is not None:
            return known
        looking: Future[Found] = Future()
        looking.set_running_or_notify_cancel()
        try:
            Thread(target=_look_up, args=(wanted, looking), name="names", daemon=True).start()
        except RuntimeError as error:
            raise OSError(str(error)) from None
        return _pending.setdefault(wanted, looking)


def _look_up(wanted: LookedUp, looking: "Future[Found]") -> None:
    try:
        found = socket.getaddrinfo(
            wanted.host,
            wanted.port,
            family=wanted.family,
            type=socket.SOCK_STREAM,
            flags=socket.AI_ADDRCONFIG,
        )
    except Exception as error:  # such as a name that is no name: UnicodeError
        _ended(wanted)
        looking.set_exception(error)
    else:
        _ended(wanted)
        looking.set_result(found)


def _ended(wanted: LookedUp) -> None:
    with _lock:
        _pending.pop(wanted, None)


def _numeric(address: tuple[Any, ...]) -> str:
    """With the interface of a link-local address of IPv6."""
    host: str = address[0]
    return f"{host}%{address[3]}" if len(address) > 3 and address[3] and "%" not in host else host
