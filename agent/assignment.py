"""The agent keeps its last good assignment on disk, so that it works without the collector."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from agent.net.allow import Allow
from runtime.files.reading import data
from wire.messages import MAX_VERSION, VERSIONS_AHEAD, AssignmentOffer, decode_assignment
from wire.probes import Probe, kind
from wire.report import MALFORMED

log = logging.getLogger(__name__)

_decode_probe = msgspec.json.Decoder(Probe).decode


@dataclass(frozen=True, slots=True)
class Work:
    """The probes and the interval of the reports. `refused` has a reason for each probe that does not run.

    `authority` is the collector's newest: an agent that does not believe it renews its certificate.
    """

    version: int
    report_interval_seconds: float
    probes: Sequence[Probe]
    refused: Sequence[str] = field(default=())
    authority: str = ""


def supersedes(offered: int, in_force: int) -> bool:
    """The newer version wins. An absurd version in force loses: see wire.messages.VERSIONS_AHEAD."""
    if not 0 < offered <= MAX_VERSION:
        return False
    return offered > in_force or in_force - offered > VERSIONS_AHEAD


def accept(payload: bytes, allow: Allow) -> Work:
    """Leave out each probe that is malformed or not allowed. Raises MALFORMED if the whole is malformed."""
    offer: AssignmentOffer = decode_assignment(payload)
    probes: dict[tuple[str, str], Probe] = {}
    refused = []
    for number, raw in enumerate(offer.probes):
        try:
            probe = _decode_probe(raw)
        except msgspec.ValidationError as error:
            refused.append(f"probes[{number}]: {error}")
            continue
        if refusal := allow.refusal(probe):
            refused.append(f"{kind(probe)} {probe.target}: {refusal}")
            continue
        probes[kind(probe), probe.target] = probe
    return Work(offer.version, offer.report_interval_seconds, list(probes.values()), refused, offer.authority)


class AssignmentFile:
    """The file of the assignment in force. The agent writes it whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, allow: Allow) -> Work | None:
        try:
            work = accept(data(self._path), allow)
        except FileNotFoundError:
            return None
        except (OSError, *MALFORMED) as error:
            log.warning("%s: %s; waiting for the collector to send the assignment again", self._path, error)
            return None
        if 0 <= work.version <= MAX_VERSION:
            return work
        log.warning(
            "%s: version %d is no collector's; whatever comes next is newer", self._path, work.version
        )
        return replace(work, version=0)

    def save(self, payload: bytes) -> None:
        new = self._path.with_suffix(".new")
        try:
            with new.open("wb") as file:
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError as error:
            log.warning("%s: %s; the agent asks for it again after a restart", new, error.strerror)
