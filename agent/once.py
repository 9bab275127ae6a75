"""One measurement on the spot, for a person at the command line."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec

from agent.addresses import resolve
from agent.clock import boot_now
from agent.config import BadConfig
from agent.echo.engine import EchoEngine
from agent.echo.sockets import IcmpNotPermitted
from agent.icmp import values_of
from agent.present import Outcome
from agent.probe import Failed, Measurement
from agent.probes import measure
from wire.probes import Icmp, Probe, kind

ECHOES = 5
ECHO_PERIOD_SECONDS = 0.25
LAST_ECHO_SECONDS = 1.2
SECOND_OPINION_ECHOES = 3

_DEFAULTS: dict[str, dict[str, object]] = {
    "icmp": {"period_seconds": ECHO_PERIOD_SECONDS},
    "tcp": {"port": 443},
    "dns": {"name": "example.com"},
    "snmp": {"community_file": "public", "profiles": ["system"]},
}


def settings_for(kind: str, target: str) -> Probe:
    """A probe of what a person typed: an address, host:port, a URL. Raises BadConfig."""
    settings: dict[str, object] = {"kind": kind, "target": "target", **_DEFAULTS.get(kind, {})}
    if kind == "http":
        settings["url"] = target
    else:
        try:
            split = urlsplit(f"//{target}" if target.count(":") < 2 or "[" in target else f"//[{target}]")
            settings["address"] = split.hostname or target
            settings |= {"port": split.port} if split.port and kind != "icmp" else {}
        except ValueError:
            raise BadConfig(f"{target}: not an address; write host, host:port or [v6]:port") from None
        if target.startswith("@"):
            settings["address"] = target
    try:
        probe: Probe = msgspec.convert(settings, Probe)
        return probe
    except msgspec.ValidationError as error:
        what = "not a URL; write http://… or https://…" if kind == "http" else str(error)
        raise BadConfig(f"{target}: {what}") from None


async def measure_once(probe: Probe, shown_as: str) -> Outcome:
    """Never raises: a failure is an outcome."""
    at, detail, reason = boot_now(), "", ""
    opinion = asyncio.create_task(_second_opinion(probe))
    try:
        values = await (_echoes(probe) if isinstance(probe, Icmp) else measure(probe))
    except Failed as failed:
        values, detail, reason = failed.values, failed.detail, failed.reason
    return Outcome(Measurement(kind(probe), shown_as, at, values, reason), detail, await opinion)


async def _second_opinion(probe: Probe) -> str:
    """Of icmplib, which has sockets and arithmetic of its own; "" where it has none."""
    if not isinstance(probe, Icmp):
        return ""
    import icmplib  # a person waits anyway

    for privileged in (False, True):
        with suppress(Failed, icmplib.ICMPLibError):
            address = await resolve(probe.address)
            host = await icmplib.async_ping(
                address,
                SECOND_OPINION_ECHOES,
                ECHO_PERIOD_SECONDS,
                LAST_ECHO_SECONDS,
                privileged=privileged,
            )
            replies = f"{host.packets_received} of {SECOND_OPINION_ECHOES} replies"
            return f"{replies}, {host.min_rtt:.3f} ms at best" if host.packets_received else replies
    return ""


async def _echoes(probe: Icmp) -> dict[str, float]:
    engine = EchoEngine(on_flip=lambda _: None)
    try:
        await engine.open()
    except IcmpNotPermitted as error:
        raise Failed("permission", str(error)) from None
    try:
        stream = engine.watch(probe.target, await resolve(probe.address), probe.period_seconds)
        await asyncio.sleep(ECHOES * probe.period_seconds + LAST_ECHO_SECONDS)
    finally:
        engine.close()
    values = values_of(stream.take())
    if not values.get("icmp_echo_replies_total"):
        raise Failed(stream.reason or "timeout", f"no reply from {stream.address}", values)
    return values
