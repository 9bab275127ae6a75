"""Damaged messages into the decoders and the collector: ingest, incidents, back-fill and pages.

Nothing may raise but what says that it can't be taken, and each input costs bounded time and memory.
"""

import random
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from collector.backfill.samples import samples
from collector.city.state import State
from collector.city.unscraped import unscraped_of
from collector.intake.watch import Watch
from collector.inventory import City, Receiver, Site
from collector.inventory.city import Webhook
from collector.latency import WorkingLatency
from collector.past import Past
from collector.prometheus.exposition import Exposition
from collector.streams.ingest import Ingest
from collector.streams.ingestion import Ingestion, Message
from collector.web.lists.ways import Ways
from collector.web.site import Sight, site_page
from collector.web.status import status
from collector.web.words import Speaker
from wire import messages
from wire.dictionary import DICTIONARY
from wire.probes import Icmp
from wire.report import (
    MALFORMED,
    NewerVersion,
    Undecodable,
    decode_body,
    decode_report,
    encode_body,
    unknown_fields,
)
from wire.topics import Leaf, topic

GOLDEN = Path(__file__).parent / "golden"
NOW = 1_790_000_000.0
PAUSE_SECONDS = 0.2
SECONDS_AT_MOST = 0.5
BYTES_AT_MOST = 16 * 2**20
ALTERED_BYTES_AT_MOST, BOMB_BYTES = 2**20, 2**22
MEASURED_EVERY = 20  # tracing memory makes everything slow

NASTY: list[Any] = [
    *(None, True, 0, -1, 1e308, -1e308, 1e-320, 2**53, 2**64, 10**400, 0.1, "", "x" * 70_000, "\u0000\u202e"),
    *([], {}, [[]], [None] * 1000, {"": ""}, {"v": 2}, [[1, 2]] * 500, "NaN", "00c0ffee00c0ffee"),
]
DECODERS: list[Callable[[bytes], object]] = [
    messages.decode_ack,
    messages.decode_presence,
    messages.decode_collector_presence,
    messages.decode_assignment,
]

AGENT = "gradasi"
CITY = City(
    name="Pontianak",
    sites={AGENT: Site(role="hotspot", name="Gradasi", router="10.61.4.1")},
    receivers={"shift": Receiver(webhook=Webhook(url="http://127.0.0.1:9/"))},
)
PROBES = [Icmp(target="gateway", address="@gateway"), Icmp(target="internet", address="192.0.2.1")]
ASSIGNMENTS = {AGENT: messages.Assignment(version=1, probes=list(PROBES))}
EXPECTED = frozenset({("icmp", "gateway"), ("icmp", "internet"), ("snmp", "switch")})


class Fuzz:
    """One seed is one sequence of inputs."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._documents = [msgspec.json.decode(file.read_bytes()) for file in sorted(GOLDEN.glob("*.json"))]
        self._now = NOW
        self._state = State(CITY, {AGENT: EXPECTED}, ASSIGNMENTS)
        self._watch = Watch(self._state, ASSIGNMENTS, NOW)
        self._exposition = Exposition(self._state, self._watch.incidents, "")
        self._past = Past(NOW)
        self._past.adopt({AGENT: EXPECTED})
        self._latency = WorkingLatency(NOW)
        self._latency.adopt(CITY)
        self._ingest = Ingest("e0", self._state, {AGENT: 10.0})

    def payloads(self) -> Iterator[bytes]:
        while True:
            document = self._chance.choice(self._documents)
            if "offset" in document:
                document = {**document, "offset": self._now - document["body"]["at"]}
            written = msgspec.json.encode(document)
            for _ in range(self._chance.randint(0, 4)):
                if len(written) <= ALTERED_BYTES_AT_MOST:
                    document = self._altered(document)
                    written = msgspec.json.encode(document)
            yield self._damaged(self._packed(written))

    def try_one(self, payload: bytes) -> None:
        """Raises what should not be."""
        with suppress(Undecodable, NewerVersion):
            decode_report(payload)
            unknown_fields(payload)
        for decode in DECODERS:
            with suppress(*MALFORMED):
                decode(payload)
        leaf: Leaf = self._chance.choice(["report", "presence"])
        self._now += PAUSE_SECONDS
        batch = self._ingest.take([Message(topic(AGENT, leaf), payload, self._now)], self._now)
        list(self._ingest.acks(batch, 1, self._now))
        if self._ingest.counts.refused["failed"]:
            raise AssertionError("the state could not take it")
        self._follow(batch)

    def _follow(self, ingestion: Ingestion) -> None:
        """What the collector makes of it."""
        self._watch.judge(ingestion.taken, True, self._now)
        self._past.take(ingestion.taken, self._now)
        self._latency.take(ingestion.taken, self._now)
        for taken in ingestion.taken:
            if taken.unscraped:
                row = unscraped_of(AGENT, "", taken.unscraped)
                samples([row._replace(body=decode_body(encode_body(row.body)))], {})
        list(self._exposition.render(self._now))
        say = Speaker("en", ZoneInfo(CITY.timezone), self._now)
        status(self._state, self._watch.incidents, {}, say)
        sight = Sight(self._state, self._watch.incidents, Ways(CITY), self._past, self._latency)
        site_page(AGENT, sight, say)

    def _altered(self, document: Any) -> Any:
        """One value somewhere in it is another."""
        chance = self._chance
        if isinstance(document, dict) and document and chance.random() < 0.9:
            key = chance.choice(list(document))
            if chance.random() < 0.1:
                return {**document, chance.choice(["", "v", "body", "x" * 100]): document[key]}
            return {**document, key: self._altered(document[key])}
        if isinstance(document, list) and document and chance.random() < 0.8:
            at = chance.randrange(len(document))
            if chance.random() < 0.2:
                return document * chance.choice([0, 2, 300])
            return [*document[:at], self._altered(document[at]), *document[at + 1 :]]
        return chance.choice(NASTY)

    def _packed(self, document: bytes) -> bytes:
        match self._chance.randrange(4):
            case 0:
                return document
            case 1:
                return zlib.compress(document)
            case 2:
                return zlib.compress(document * (1 + BOMB_BYTES // (len(document) + 1)))
            case _:
                packer = zlib.compressobj(zdict=DICTIONARY)
                return packer.compress(document) + packer.flush()

    def _damaged(self, payload: bytes) -> bytes:
        chance, data = self._chance, bytearray(payload)
        for _ in range(chance.choice([0, 0, 0, 1, 3])):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
        return bytes(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.1 else data)


def fuzz(seed: int, inputs: int | None = None, until: float = float("inf")) -> int:
    """How many inputs; raises AssertionError with the first that should not be."""
    one = Fuzz(seed)
    for number, payload in enumerate(one.payloads()):
        if number == inputs or time.monotonic() >= until:
            return number
        traced = number % MEASURED_EVERY == 0
        if traced:
            tracemalloc.start()
        began = time.process_time()
        try:
            one.try_one(payload)
            spent, used = time.process_time() - began, tracemalloc.get_traced_memory()[1]
            assert spent <= SECONDS_AT_MOST, f"{spent:.2f} s"
            assert used <= BYTES_AT_MOST, f"{used} bytes"
        except Exception as error:
            raise AssertionError(f"{error!r} of {payload.hex()}, input {number} of seed {seed}") from error
        finally:
            if traced:
                tracemalloc.stop()
    raise AssertionError("payloads don't end")
