"""The agent as a whole: half of it never lives on."""

import asyncio
from pathlib import Path

import pytest

from agent.config import AgentConfig
from agent.delivery.mqtt import BrokerSession
from agent.program import Agent
from runtime.broker.settings import Broker
from tests.free_ports import LOOPBACK, free_port


@pytest.fixture
def agent(tmp_path: Path) -> Agent:
    """Its broker does not run."""
    return Agent(AgentConfig("gradasi", directory=str(tmp_path), broker=Broker(LOOPBACK, free_port())))


async def broken(*_: object) -> None:
    raise OSError("broke")


@pytest.mark.parametrize(
    "part",
    [
        "agent.program.run_icmp",
        "agent.schedule.Runner.run",
        "agent.delivery.mqtt.BrokerSession._stay_connected",
    ],
)
async def test_an_agent_ends_with_the_error_of_a_part(
    agent: Agent, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, broken)
    async with asyncio.timeout(20):
        with pytest.raises(OSError, match="broke"):
            await agent.run(asyncio.Event())


async def test_an_agent_ends_without_an_error_when_it_is_asked_to(agent: Agent) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, stop.set)
    async with asyncio.timeout(20):
        await agent.run(stop)


async def test_a_fault_in_one_connection_does_not_end_the_agent(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, connections = asyncio.Event(), 0

    async def faulty(_session: BrokerSession) -> None:
        nonlocal connections
        connections += 1
        if connections == 2:
            stop.set()
        raise RuntimeError("a fault in the code")

    monkeypatch.setattr(BrokerSession, "_connection", faulty)
    monkeypatch.setattr("agent.delivery.mqtt.pause_seconds", lambda _attempts, _chance: 0.0)
    async with asyncio.timeout(20):
        await agent.run(stop)
    assert connections >= 2
