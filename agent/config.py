"""agent.toml: the agent's name, its broker and, where there is no collector, the probes."""

import ipaddress
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
from msgspec import Meta, Struct, field

from agent.net.allow import Allow
from runtime import settings
from runtime.broker.settings import Broker, Port, fault, unreadable_file
from runtime.settings import BadConfig
from wire.probes import Probe, kind
from wire.topics import AGENT_ID
from wire.url import advice

KINDS = sorted(str(each.__struct_config__.tag) for each in get_args(Probe))


class SpoolLimits(Struct, frozen=True, forbid_unknown_fields=True):
    days: Annotated[float, Meta(gt=0, le=365)] = 7.0
    mebibytes: Annotated[int, Meta(ge=1, le=65536)] = 256


class Enrolment(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the collector renews the certificate of an agent that joined."""

    host: str
    port: Port = 8471


class AgentConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """The agent measures `probes` until an assignment arrives, or for ever where none arrives."""

    agent: Annotated[str, Meta(pattern=AGENT_ID)]
    directory: str = "/var/lib/pantau-agent"
    broker: Broker = field(default_factory=Broker)
    spool: SpoolLimits = field(default_factory=SpoolLimits)
    report_interval_seconds: Annotated[float, Meta(ge=1, le=3600)] = 10.0
    probes: list[Probe] = []
    allow: Allow = field(default_factory=Allow)
    enrolment: Enrolment | None = None


def load(path: Path) -> AgentConfig:
    """Raises BadConfig."""
    config = settings.load(path, AgentConfig, sentence)
    _check_probes(config.probes, path)
    _check_allow(config.allow, path)
    if complaint := unreadable_file(config.broker) or fault(config.broker) or _of_enrolment(config):
        raise BadConfig(f"{path}: {complaint}")
    return config


def _check_probes(probes: Iterable[Probe], path: Path) -> None:
    seen = set[tuple[str, str]]()
    for number, probe in enumerate(probes):
        key = (kind(probe), probe.target)
        if key in seen:
            raise BadConfig(
                f"{path}: probes[{number}]: a second {key[0]} probe of {key[1]}; rename its target"
            )
        seen.add(key)


def _of_enrolment(config: AgentConfig) -> str:
    """A renewal replaces key and certificate at once, so they share a file."""
    if config.enrolment is None or (config.broker.certificate_file == config.broker.key_file != ""):
        return ""
    return (
        "enrolment: renews only a certificate that shares one file with its key; remove [enrolment], or join"
        " anew with pantau-agent join"
    )


def _check_allow(allow: Allow, path: Path) -> None:
    for name in allow.kinds:
        if name not in KINDS:
            raise BadConfig(f"{path}: allow.kinds: unknown kind {name!r}; the kinds are {', '.join(KINDS)}")
    for network in allow.networks:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise BadConfig(f"{path}: allow.networks: {error}; write one like 10.61.0.0/16") from None


def sentence(error: msgspec.ValidationError, document: Any) -> str:
    """msgspec's error as `key: value: what is wrong`, with the value that stands in the document."""
    what, _, where = str(error).partition(" - at `$")
    where = where.rstrip("`").lstrip(".")
    if not where:
        return what
    value = document
    for step in where.replace("[", ".").replace("]", "").split("."):
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, ValueError, TypeError):
            return f"{where}: {what}"
    if where.endswith(".kind"):
        return f"{where}: unknown kind {value!r}; the kinds are {', '.join(KINDS)}"
    if where.endswith("url") and isinstance(value, str) and (remedy := advice(value)):
        what = remedy
    shown = "" if isinstance(value, dict | list) else f" {value!r}:"
    return f"{where}:{shown} {what}"
