"""The agent measures once, for a person at the command line."""

import asyncio
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from typing import get_args
from urllib.parse import urlsplit

import msgspec
from msgspec.inspect import ListType, LiteralType, StrType, StructType, Type, type_info

from agent.cli.present import Outcome
from agent.clock import boot_now
from agent.config import sentence
from agent.net.addresses import resolve
from agent.net.allow import UNRESTRICTED
from agent.net.failed import Failed
from agent.probes import measure_rows
from agent.probes.icmp.engine import EchoEngine
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.measured import values_of
from agent.probes.icmp.sockets import IcmpNotPermitted
from agent.probes.kinds import KINDS
from agent.probes.measurement import Measurement, Row
from runtime.settings import BadConfig
from wire.probes import Icmp, Probe, Reason, Snmp, kind
from wire.url import advice

ECHOES = 5
ECHO_PERIOD_SECONDS = 0.25
LAST_ECHO_SECONDS = 1.2
SECOND_OPINION_ECHOES = 3


def settings_for(kind: str, target: str, more: Sequence[str] = ()) -> Probe:
    """The probe that a person typed: an address, host:port or a URL, then `KEY=VALUE`. Raises BadConfig."""
    settings: dict[str, object] = {"kind": kind, "target": "target", **KINDS[kind].defaults}
    if "url" in _types(kind):
        settings["url"] = target
    else:
        try:
            split = urlsplit(f"//{target}" if target.count(":") < 2 or "[" in target else f"//[{target}]")
            settings["address"] = split.hostname or target
            settings |= {"port": split.port} if split.port and "port" in _types(kind) else {}
        except ValueError:
            raise BadConfig(f"{target}: not an address; write host, host:port or [v6]:port") from None
        if target.startswith("@"):
            settings["address"] = target
    settings |= (_setting(kind, typed) for typed in more)
    if kind == "snmp" and "user" not in settings:
        settings.setdefault("community_file", "snmp")
    try:
        probe: Probe = msgspec.convert(settings, Probe)
        return probe
    except msgspec.ValidationError as error:
        at_url = str(error).endswith("`$.url`")
        what = _url_remedy(target) if at_url else sentence(error, settings)
        raise BadConfig(f"{target}: {what}") from None


def _url_remedy(target: str) -> str:
    return advice(target) or "not a URL; write http://… or https://…"


def _setting(kind: str, typed: str) -> tuple[str, object]:
    """The key and its value as in agent.toml. Text needs no quotes here, and a list no brackets."""
    key, equals, value = typed.partition("=")
    if not equals:
        raise BadConfig(f"{typed}: not a setting; write KEY=VALUE, as in name=antrean.example")
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except (ValueError, RecursionError):
        parsed = value
    wanted = _types(kind).get(key)
    if isinstance(wanted, ListType) and not isinstance(parsed, list):
        return key, [word.strip() for word in (parsed if isinstance(parsed, str) else value).split(",")]
    if _is_text(wanted) and isinstance(parsed, int | float):
        return key, value
    return key, parsed


def _is_text(wanted: Type | None) -> bool:
    words = wanted.values if isinstance(wanted, LiteralType) else ()
    return isinstance(wanted, StrType) or (bool(words) and all(isinstance(word, str) for word in words))


def _types(kind: str) -> dict[str, Type]:
    """The types of the settings of a kind, by name."""
    for probe in get_args(Probe):
        if probe.__struct_config__.tag == kind:
            described = type_info(probe)
            assert isinstance(described, StructType)
            return {field.name: field.type for field in described.fields}
    return {}


async def measure_once(probe: Probe, shown_as: str) -> Outcome:
    """Never raises: a failure is an outcome."""
    at, detail, reason = boot_now(), "", ""
    meanwhile = asyncio.create_task(_icmplibs(probe)) if isinstance(probe, Icmp) else None
    try:
        if isinstance(probe, Icmp):
            rows = [Row(await _echoes(probe))]
        else:
            rows = await measure_rows(probe, UNRESTRICTED)
    except Failed as failed:
        rows, detail, reason = [Row(failed.values)], failed.detail, failed.reason
    measurement = Measurement(kind(probe), shown_as, at, rows[0].values, reason, info=rows[0].info)
    opinion = await meanwhile if meanwhile else await _pysnmps(probe)
    summary = list(KINDS[measurement.kind].summary(measurement.values))
    return Outcome(measurement, summary, detail, rows[1:], opinion)


async def _pysnmps(probe: Probe) -> tuple[str, str] | None:
    """The agent asks pysnmp after its own measurement, because to load pysnmp stops the event loop."""
    if not isinstance(probe, Snmp):
        return None
    from agent.probes.snmp.opinion import second_opinion

    return await second_opinion(probe, UNRESTRICTED)


async def _icmplibs(probe: Icmp) -> tuple[str, str] | None:
    """The result of icmplib, which has its own sockets and arithmetic; None where it has no result."""
    import icmplib  # a person waits anyway

    for privileged in (False, True):
        with suppress(Failed, icmplib.ICMPLibError):
            address = await resolve(probe.address, UNRESTRICTED)
            host = await icmplib.async_ping(
                address,
                SECOND_OPINION_ECHOES,
                ECHO_PERIOD_SECONDS,
                LAST_ECHO_SECONDS,
                privileged=privileged,
            )
            replies = f"{host.packets_received} of {SECOND_OPINION_ECHOES} replies"
            best = f", {host.min_rtt:.3f} ms at best" if host.packets_received else ""
            return "icmplib meanwhile", replies + best
    return None


async def _echoes(probe: Icmp) -> dict[str, float]:
    engine = EchoEngine(Flips())  # nobody waits for a flip
    try:
        await engine.open()
    except IcmpNotPermitted as error:
        raise Failed("permission", str(error)) from None
    try:
        stream = engine.watch(probe.target, await resolve(probe.address, UNRESTRICTED), probe.period_seconds)
        await asyncio.sleep(ECHOES * probe.period_seconds + LAST_ECHO_SECONDS)
    finally:
        engine.close()
    values = values_of(stream.take())
    if not values.get("icmp_echo_replies_total"):
        raise Failed(stream.reason or "timeout", _no_reply(stream.address, stream.reason), values)
    return values


def _no_reply(address: str, reason: Reason | None) -> str:
    match reason:
        case "setting":
            return (
                f"no echo can leave for {address}: write one machine's address, fe80::… with its %interface"
            )
        case "permission":
            return f"no echo leaves for {address}: this machine's firewall holds it back"
    return f"no reply from {address}"
