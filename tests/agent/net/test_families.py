"""A name with IPv4 and IPv6 addresses: up while one of them serves it, and each family judged apart."""

import asyncio
from pathlib import Path

import pytest

from agent.cli.present import Outcome, as_lines
from agent.net import families, names
from agent.net.failed import Failed
from agent.net.shortage import Shortage
from agent.probes import summary
from agent.probes.measurement import Measurement
from tests.agent.probes.unrestricted import measure
from tests.free_ports import free_port
from wire.probes import Http

REACHED = ("http_ipv4_reached", "http_ipv6_reached")


async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.read(4096)
    if head:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    writer.close()


async def measured(
    serving: list[str], listed: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, float]:
    """The values of a page served on some addresses, of a name with the listed ones."""
    (folder / "hosts").write_text("".join(f"{address} app.example\n" for address in listed))
    monkeypatch.setattr(names, "HOSTS", folder / "hosts")
    names.names.cache_clear()
    port = free_port()
    server = await asyncio.start_server(page, serving or ["127.0.0.9"], port)
    async with server:
        try:
            return await measure(Http("app", f"http://app.example:{port}/"))
        except Failed as failed:
            return failed.values


@pytest.mark.parametrize(
    ("serving", "expected"),
    [
        (["127.0.0.1", "::1"], (1, 1)),
        (["127.0.0.1"], (1, 0)),
        (["::1"], (0, 1)),
        ([], (0, 0)),
    ],
    ids=["both", "dead AAAA", "dead A", "neither"],
)
async def test_each_family_is_judged_apart(
    serving: list[str], expected: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = await measured(serving, ["127.0.0.1", "::1"], tmp_path, monkeypatch)
    assert tuple(values[name] for name in REACHED) == expected
    assert values.get("http_status_code") == (200 if serving else None)


async def test_of_one_family_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = await measured(["127.0.0.1"], ["127.0.0.1", "127.0.0.2"], tmp_path, monkeypatch)
    assert values.keys().isdisjoint(REACHED)


async def test_one_family_alone_costs_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(families, "has_way", looked_at.append)
    assert await families.reached(["127.0.0.1", "127.0.0.2"], 80) == {}
    assert not looked_at


async def test_a_box_without_a_way_for_one_family_judges_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(families, "has_way", lambda address: ":" not in address)
    values = await measured(["127.0.0.1"], ["127.0.0.1", "::1"], tmp_path, monkeypatch)
    assert values.keys().isdisjoint(REACHED)


async def test_this_machine_s_trouble_and_silence_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    async def trouble(addresses: list[str], _: int) -> None:
        if ":" in addresses[0]:
            raise Shortage(24)
        await asyncio.sleep(60)

    monkeypatch.setattr(families, "connected", trouble)
    monkeypatch.setattr(families, "FAMILY_SECONDS", 0.05)
    assert await families.reached(["127.0.0.1", "::1"], 9) == {"http_ipv4_reached": 0}


def test_a_person_reads_which_family_is_down() -> None:
    values = {"http_status_code": 200.0, "http_ipv4_reached": 1.0, "http_ipv6_reached": 0.0}
    lines = as_lines(
        Outcome(Measurement("http", "http://app.example/", 0.0, values), list(summary.http(values)))
    )
    assert [line.split() for line in lines[2:]] == [["IPv4", "up"], ["IPv6", "down"]]
