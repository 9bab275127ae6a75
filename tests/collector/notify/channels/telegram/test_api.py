"""One call of the Bot API: its refusals in words for a person, and never with the token."""

from pathlib import Path

import msgspec
import pytest

from collector.inventory import Receiver
from collector.inventory.city import Telegram
from collector.notices.document import Document, document
from collector.notify.channels.deliver import deliver
from collector.notify.channels.telegram.message import fitting, units
from collector.notify.channels.undelivered import Undelivered
from tests.fakes.answering import Answer, answering, raw, status
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import incident, notice
from tests.free_ports import LOOPBACK, free_port
from tests.servers.telegram import TOKEN, telegram_server

DOCUMENT = document(notice(incident()), PONTIANAK, "en")
SECRET = TOKEN.partition(":")[2]


def receiver(folder: Path, url: str) -> Receiver:
    (folder / "token").write_text(f"{TOKEN}\n")
    return Receiver(telegram=Telegram(chat=-1001, token_file=str(folder / "token"), api_url=url))


def says(code: int, description: str, **parameters: int) -> Answer:
    answer = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return status(code, msgspec.json.encode(answer))


async def refusal(folder: Path, *answers: Answer, sent: Document = DOCUMENT) -> Undelivered:
    async with answering(*answers) as server:
        with pytest.raises(Undelivered) as raised:
            await deliver(receiver(folder, server.url), sent)
    assert SECRET not in str(raised.value)
    return raised.value


async def test_telegram_goes_by_its_token_and_chat(tmp_path: Path) -> None:
    async with answering(status(200, b'{"ok": true, "result": {"message_id": 1}}')) as server:
        await deliver(receiver(tmp_path, server.url), DOCUMENT)
    (sent,) = server.requests
    assert sent.head.startswith(f"POST /bot{TOKEN}/sendMessage ")
    assert sent.document == {"chat_id": -1001, "text": DOCUMENT.text}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            says(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=-1009999999999,
            ),
            "HTTP 400, Bad Request: group chat was upgraded to a supergroup chat; "
            "its id is now -1009999999999: write that as chat",
        ),
        (says(400, "Bad Request: chat not found"), "HTTP 400, Bad Request: chat not found"),
        (
            says(403, "Forbidden: bot was kicked from the supergroup chat"),
            "HTTP 403, Forbidden: bot was kicked from the supergroup chat",
        ),
        (says(401, "Unauthorized"), "HTTP 401, Unauthorized"),
        (says(400, f"Bad Request: bot{TOKEN}\u202e\x00"), "HTTP 400, Bad Request: bot…\ufffd\ufffd"),
    ],
    ids=["migrated", "gone", "kicked", "token revoked", "hostile"],
)
async def test_telegram_tells_why_it_refuses_for_ever(tmp_path: Path, answer: Answer, told: str) -> None:
    error = await refusal(tmp_path, answer)
    assert str(error) == f"Telegram: {told}"
    assert error.permanent


@pytest.mark.parametrize(
    ("answer", "told", "seconds"),
    [
        (says(429, "Too Many Requests: retry after 20", retry_after=20), "HTTP 429, Too Many Requests", 20),
        (says(429, "Too Many Requests"), "HTTP 429, Too Many Requests", 30),
        (says(500, ""), "HTTP 500, no reason given", 0),
        (status(502, b"<html><title>502 Bad Gateway</title>"), "HTTP 502, the page '502 Bad Gateway'", 0),
        (status(200, b"[]"), "HTTP 200, []", 0),
        (status(200), "HTTP 200, without an answer of Telegram", 0),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "its answer is not HTTP", 0),
    ],
    ids=["flood", "flood without a time", "error", "gateway", "odd JSON", "empty", "no HTTP"],
)
async def test_an_answer_that_may_change_is_tried_again(
    tmp_path: Path, answer: Answer, told: str, seconds: float
) -> None:
    error = await refusal(tmp_path, answer)
    assert str(error).startswith(f"Telegram: {told}")
    assert (error.permanent, error.retry_after_seconds) == (False, seconds)


async def test_a_server_that_is_not_there_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(Undelivered, match=r"^Telegram: Connection refused$") as raised:
        await deliver(receiver(tmp_path, f"http://{LOOPBACK}:{free_port()}"), DOCUMENT)
    assert not raised.value.permanent


@pytest.mark.parametrize("line", ["#abcd2345, " * 1000, "🔴" * 5000, "a\n" * 5000, "\U0001f469\u200d" * 4000])
async def test_telegram_gets_no_more_than_it_takes(tmp_path: Path, line: str) -> None:
    long = msgspec.structs.replace(DOCUMENT, text=f"{DOCUMENT.text}\n{line}")
    async with telegram_server() as server:
        await deliver(receiver(tmp_path, server.url), long)
        (message,) = server.shown(-1001)
    assert message.text.startswith(DOCUMENT.title)
    assert "Evidence: " in message.text
    assert 2000 < units(message.text) <= 4096 or line.startswith("#")


def test_a_text_is_cut_between_characters() -> None:
    assert fitting("🔴" * 10, 9) == "🔴" * 4 + "…"
    assert fitting("🔴" * 10, 20) == "🔴" * 10
    assert fitting("first line\nsecond line", 15) == "first line…"
