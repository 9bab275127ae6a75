"""What a poll asks of one device: `get` objects, `walk` columns. What a device may do is bounded here."""

import asyncio
from asyncio import FIRST_COMPLETED
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol

from pyasn1.type.univ import Integer, Null, OctetString
from pysnmp.entity.rfc3413.cmdgen import BulkCommandGeneratorSingleRun, GetCommandGenerator
from pysnmp.error import PySnmpError
from pysnmp.proto import errind
from pysnmp.proto.rfc1902 import ObjectName
from pysnmp.proto.rfc1905 import EndOfMibView, NoSuchInstance, NoSuchObject

from agent.probe import Failed
from agent.snmp.profile import Oid
from agent.snmp.readings import Columns, Raw
from agent.snmp.transport import Udp, Udp6
from agent.snmp.turns import Turns
from wire.probes import Reason

VARBINDS_PER_REQUEST = 30
"""A response of these fits 1,500 bytes with most devices, and takes pysnmp about 2 ms."""
RETRY_SECONDS = (1.0, 2.0, 4.0)
NOT_THERE = (NoSuchObject, NoSuchInstance, EndOfMibView, Null)
WRONG_KEYS = (
    errind.UnknownUserName,
    errind.WrongDigest,
    errind.UnsupportedSecurityLevel,
    errind.DecryptionError,
)


class Session(Protocol):
    """A device that is being polled. Methods raise Failed."""

    @property
    def heard(self) -> bool:
        """Whether the device has said anything."""

    def unanswered(self) -> Failed:
        """Why the last request has no answer."""

    async def get(self, oids: Sequence[Oid]) -> dict[Oid, Raw]:
        """The objects that are there."""

    async def walk(self, columns: Sequence[Oid], max_rows: int, last: Oid | None = None) -> Columns:
        """The cells of each column by index: at most `max_rows` of each, none after index `last`."""


class PysnmpSession:
    """By pysnmp's command generators (RFC 3413), without its MIBs: objects go by number.

    0.07 ms of CPU a variable binding, most of it in pyasn1's decoder.
    """

    def __init__(self, engine: Any, target: str, transport: Udp | Udp6, turns: Turns, name: str) -> None:
        self._engine = engine
        self._target = target
        self._transport = transport
        self._turns = turns
        self._name = name
        self._heard_before = 0

    @property
    def heard(self) -> bool:
        return self._transport.heard > 0

    def unanswered(self) -> Failed:
        if not self.heard:
            return Failed("timeout", f"{self._name}: no answer; check community or user, and whom it allows")
        if self._transport.heard > self._heard_before:
            return Failed("protocol", f"{self._name}: answers that can't be read or answer something else")
        return Failed("timeout", f"{self._name}: answers too slowly")

    async def get(self, oids: Sequence[Oid]) -> dict[Oid, Raw]:
        found: dict[Oid, Raw] = {}
        for first in range(0, len(oids), VARBINDS_PER_REQUEST):
            asked = oids[first : first + VARBINDS_PER_REQUEST]
            answered = await self._ask(GetCommandGenerator, asked)
            for oid, value in answered:
                if oid in asked and (raw := _plain(value)) is not None:
                    found[oid] = raw
        return found

    async def walk(self, columns: Sequence[Oid], max_rows: int, last: Oid | None = None) -> Columns:
        cells: Columns = {column: {} for column in columns}
        cursors = {column: column for column in columns}
        while cursors:
            asked = list(cursors)
            repetitions = max(1, VARBINDS_PER_REQUEST // len(asked))
            answered = await self._ask(BulkCommandGeneratorSingleRun, list(cursors.values()), 0, repetitions)
            if not answered or len(answered) > repetitions * len(asked):
                raise Failed("protocol", f"{self._name}: {len(answered)} variables in one answer")
            for number, (oid, value) in enumerate(answered):
                column = asked[number % len(asked)]
                if column in cursors and not self._step(column, oid, value, cursors, cells[column], last):
                    del cursors[column]
                elif len(cells[column]) >= max_rows:
                    cursors.pop(column, None)
        return cells

    def _step(
        self,
        column: Oid,
        oid: Oid,
        value: Any,
        cursors: dict[Oid, Oid],
        cells: dict[Oid, Raw],
        last: Oid | None,
    ) -> bool:
        """Take one cell; False at the end of its column."""
        index = oid[len(column) :]
        if oid[: len(column)] != column or isinstance(value, EndOfMibView) or (last and index > last):
            return False
        if oid <= cursors[column]:
            raise Failed("protocol", f"{self._name}: the walk comes back to {_dotted(oid)}")
        cursors[column] = oid
        if (raw := _plain(value)) is not None:
            cells[index] = raw
        return True

    async def _ask(self, command: Any, oids: Sequence[Oid], *numbers: int) -> list[tuple[Oid, Any]]:
        """The variables of one response. `numbers` are non-repeaters and max-repetitions of a GETBULK."""
        self._heard_before = self._transport.heard
        for seconds in RETRY_SECONDS:
            response = asyncio.get_running_loop().create_future()
            self._turns.take(partial(self._send, command, oids, numbers, response))
            try:
                await asyncio.wait(
                    {response, self._transport.failed}, timeout=seconds, return_when=FIRST_COMPLETED
                )
            finally:
                response.cancel()
            if not response.cancelled():
                return self._variables(*response.result())
            if self._transport.failed.done():
                raise self._unreachable(self._transport.failed.result())
        raise self.unanswered()

    def _send(
        self, command: Any, oids: Sequence[Oid], numbers: Sequence[int], response: asyncio.Future[Any]
    ) -> None:
        def answered(
            _engine: Any, _handle: Any, indication: Any, status: Any, _index: Any, found: Any, _: Any
        ) -> None:
            if not response.done():
                response.set_result((indication, status, found))

        if response.cancelled():
            return
        variables = [(ObjectName(oid), Null("")) for oid in oids]
        try:
            command().send_varbinds(self._engine, self._target, None, b"", *numbers, variables, answered)
        except PySnmpError as error:
            response.set_exception(Failed("protocol", f"{self._name}: {error}"))

    def _variables(self, indication: Any, status: Any, found: Any) -> list[tuple[Oid, Any]]:
        if isinstance(indication, WRONG_KEYS):
            raise Failed("setting", f"{self._name}: {indication}; check user, auth, auth_file and priv_file")
        if isinstance(indication, errind.RequestTimedOut):
            raise Failed("timeout", f"{self._name}: no answer")
        if indication:
            raise Failed("protocol", f"{self._name}: {indication}")
        if status:
            said = status.prettyPrint()
            reason: Reason = "refused" if said in ("authorizationError", "noAccess") else "answer"
            raise Failed(reason, f"{self._name}: the device answers {said}")
        return [(tuple(oid), value) for oid, value in found]

    def _unreachable(self, error: OSError) -> Failed:
        reason: Reason = "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"
        return Failed(reason, f"{self._name}: {error.strerror or error}")


def _plain(value: Any) -> Raw | None:
    if isinstance(value, NOT_THERE):
        return None
    if isinstance(value, Integer):
        return int(value)
    return bytes(value) if isinstance(value, OctetString) else None


def _dotted(oid: Oid) -> str:
    return ".".join(map(str, oid))
