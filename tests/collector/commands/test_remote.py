"""The commands that ask the collector, against servers that answer badly."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from collector.commands.remote import Refused, ask
from collector.config import CollectorConfig, Web
from collector.incidents import Incident
from tests.fakes.answering import Answer, answering, raw, status
from tests.free_ports import LOOPBACK, free_port


def config(port: int, token_file: str = "") -> CollectorConfig:
    return CollectorConfig(web=Web(host=LOOPBACK, port=port, token_file=token_file))


def incidents(config: CollectorConfig) -> list[Incident]:
    return ask(config, "/api/incidents", list[Incident])


async def refusal(answer: Answer) -> str:
    async with answering(answer) as server:
        port = urlsplit(server.url).port
        assert port
        with pytest.raises(Refused) as raised:
            await asyncio.to_thread(incidents, config(port))
    return str(raised.value).replace(server.url, "URL")


async def test_a_refusal_in_the_collector_s_own_words_is_passed_on() -> None:
    assert await refusal(status(403, b'{"detail": "send the token"}')) == "send the token"
    fault = b'{"detail": [{"loc": ["query", "closed"], "msg": "no boolean"}]}'
    assert await refusal(status(422, fault)) == "closed: no boolean"


@pytest.mark.parametrize(
    "answer", [status(404, b"not found"), status(200, b"<html>"), status(200, b'{"a": 1}'), status(302)]
)
async def test_another_server_is_not_taken_for_the_collector(answer: Answer) -> None:
    assert "something else than the collector answers; see [web] port" in await refusal(answer)


async def test_no_answer_is_explained_with_the_question_to_ask() -> None:
    assert await refusal(raw(b"SSH-2.0-x\r\n")) == (
        "URL/api/incidents: its answer is not HTTP; is the collector running?"
    )


def test_no_proxy_stands_between_the_command_and_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://{LOOPBACK}:9")
    with pytest.raises(Refused, match=r"/api/incidents: Connection refused; is the collector running\?$"):
        incidents(config(free_port()))


def test_a_token_beyond_ascii_is_named(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("kätze")
    with pytest.raises(Refused, match=r"web.token_file: a token is of ASCII"):
        incidents(config(free_port(), str(file)))
