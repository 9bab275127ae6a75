"""Attempts that race: the first success counts, and one attempt alone races with nobody."""

import asyncio
from functools import partial

import pytest

from agent.net.failed import Failed
from agent.net.race import first_to_succeed


async def runs_in() -> asyncio.Task[object] | None:
    return asyncio.current_task()


async def fails(detail: str) -> None:
    raise Failed("refused", detail)


async def test_one_attempt_alone_costs_no_task() -> None:
    assert await first_to_succeed([runs_in], 60) is asyncio.current_task()


@pytest.mark.parametrize("details", [["one"], ["one", "two"]])
async def test_when_all_attempts_fail_each_of_them_is_named(details: list[str]) -> None:
    with pytest.raises(Failed) as caught:
        await first_to_succeed([partial(fails, detail) for detail in details], 60)
    assert (caught.value.reason, caught.value.detail) == ("refused", "; ".join(details))
