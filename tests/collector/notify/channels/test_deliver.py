"""How a document reaches a receiver: Apprise with a real HTTP server on loopback."""

import asyncio
import logging
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import msgspec
import pytest

from collector.inventory import Receiver
from collector.inventory.city import Apprise, Telegram
from collector.notices.document import Document, document
from collector.notify.channels.deliver import deliver
from collector.notify.channels.undelivered import Undelivered
from tests.collector.waiting import until
from tests.fakes.answering import answering, raw, silent, status
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import incident, notice
from tests.fakes.receivers import webhook
from tests.free_ports import LOOPBACK, free_port

pytestmark = pytest.mark.filterwarnings(
    "ignore:'imghdr' is deprecated:DeprecationWarning"
)  # of Apprise's own

SECRET = "s3cr3t"
DOCUMENT = document(notice(incident()), PONTIANAK, "en")


def apprise(tmp_path: Path, *lines: str) -> Receiver:
    file = tmp_path / "url"
    file.write_text("\n".join(["# what this is", "", *lines]))
    return Receiver(apprise=Apprise(url_file=str(file)))


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """All that reaches the collector's own log."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


async def refused(receiver: Receiver, sent: Document = DOCUMENT) -> Undelivered:
    with pytest.raises(Undelivered) as raised:
        await deliver(receiver, sent)
    assert SECRET not in str(raised.value)
    return raised.value


async def complaint(receiver: Receiver, sent: Document = DOCUMENT) -> str:
    error = await refused(receiver, sent)
    assert not error.permanent, "a person may put it right within the day"
    return str(error)


async def test_a_webhook_gets_the_document_itself() -> None:
    async with answering(status(200)) as server:
        await deliver(webhook(server.url), DOCUMENT)
    assert server.requests[0].document["title"] == DOCUMENT.title


async def test_apprise_gets_the_title_and_the_rest_of_the_text(tmp_path: Path) -> None:
    async with answering(status(200)) as server:
        url = server.url.replace("http", "json") + f"/{SECRET}"
        await deliver(apprise(tmp_path, url), DOCUMENT)
    (sent,) = server.requests
    assert sent.head.startswith(f"POST /{SECRET}")
    assert sent.document["title"] == "🔴 DOWN: Kampung Digital Gradasi"
    assert sent.document["message"].startswith("Benua Melayu Laut, ")


async def test_a_title_that_was_cut_is_whole_in_the_text(tmp_path: Path) -> None:
    cut = msgspec.structs.replace(DOCUMENT, title="🔴 DOWN: Kampung…")
    async with answering(status(200)) as server:
        await deliver(apprise(tmp_path, server.url.replace("http", "json")), cut)
    assert server.requests[0].document["message"].startswith("🔴 DOWN: Kampung Digital Gradasi\n")


def _fields(one: Document) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


async def test_a_service_that_does_not_take_it(tmp_path: Path, logged: StringIO) -> None:
    async with answering(status(503, b'{"message": "busy with %s"}' % SECRET.encode())) as server:
        receiver = apprise(tmp_path, server.url.replace("http://", f"json://user:{SECRET}@") + f"/{SECRET}")
        assert await complaint(receiver) == "JSON: HTTP 503, busy with …"
    assert logged.getvalue() == ""


async def test_a_service_that_is_not_there(tmp_path: Path, logged: StringIO) -> None:
    gone = apprise(tmp_path, f"json://{LOOPBACK}:{free_port()}/{SECRET}")
    assert await complaint(gone) == "JSON: Connection refused"
    assert logged.getvalue() == ""


async def test_a_service_that_closes_without_an_answer(tmp_path: Path) -> None:
    async with answering(raw(b"")) as server:
        closing = apprise(tmp_path, server.url.replace("http", "json"))
        assert await complaint(closing) == "JSON: closed without an answer"


@pytest.mark.parametrize("code", [400, 401, 403, 410, 413, 422])
async def test_what_a_service_refuses_for_ever_is_not_tried_again(tmp_path: Path, code: int) -> None:
    async with answering(status(code, b'{"error": {"message": "no such channel"}}')) as server:
        error = await refused(apprise(tmp_path, server.url.replace("http", "json")))
    assert str(error) == f"JSON: HTTP {code}, no such channel"
    assert error.permanent


@pytest.mark.parametrize("url", [f"nonsense://{SECRET}@host", f"{SECRET} is no url", f"tgram://{SECRET}"])
async def test_a_url_that_apprise_does_not_understand(
    tmp_path: Path, url: str, logged: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "not understood" in await complaint(apprise(tmp_path, url))
    assert SECRET not in logged.getvalue() + "".join(capfd.readouterr())


async def test_a_file_that_is_not_there_is_named_with_the_remedy(tmp_path: Path) -> None:
    missing = Receiver(apprise=Apprise(url_file=str(tmp_path / "missing")))
    assert await complaint(missing) == (
        f"{tmp_path / 'missing'}: No such file or directory; write the secret into it"
    )
    missing = Receiver(telegram=Telegram(chat=-1, token_file=str(tmp_path / "missing")))
    assert "write the secret into it" in await complaint(missing)


async def test_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    folder = Receiver(apprise=Apprise(url_file=str(tmp_path)))
    assert "Is a directory; write the secret" in await complaint(folder)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    binary = Receiver(apprise=Apprise(url_file=str(tmp_path / "binary")))
    assert "is UTF-16; save it as UTF-8" in await complaint(binary)


@pytest.mark.parametrize("lines", [(), ("json://a", "json://b")])
async def test_a_file_has_one_url(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """With several, the one that took it would get it again as long as another is dead."""
    assert "write one, and a receiver for each service" in await complaint(apprise(tmp_path, *lines))


async def test_a_slow_service_holds_up_nothing(tmp_path: Path) -> None:
    """Neither the loop nor the threads that the store needs."""
    released = asyncio.Event()
    async with answering(silent(released)) as server:
        url = server.url.replace("http", "json") + "/?rto=60"
        slow = [asyncio.create_task(deliver(apprise(tmp_path, url), DOCUMENT)) for _ in range(40)]
        await until(lambda: len(server.requests) == len(slow), seconds=60)
        started = time.monotonic()
        await asyncio.to_thread(time.monotonic)
        assert time.monotonic() - started < 1
        released.set()
        ended = await asyncio.gather(*slow, return_exceptions=True)
    assert all(isinstance(one, Undelivered) for one in ended)


async def test_a_service_that_is_flooded_and_names_no_time_has_half_a_minute(tmp_path: Path) -> None:
    async with answering(status(429)) as server:
        error = await refused(apprise(tmp_path, server.url.replace("http", "json")))
    assert (error.permanent, error.retry_after_seconds) == (False, 30)


async def test_an_overflow_that_the_url_chooses_is_kept(tmp_path: Path) -> None:
    long = msgspec.structs.replace(DOCUMENT, text="x " * 20_000)
    async with answering(status(200)) as server:
        await deliver(apprise(tmp_path, server.url.replace("http", "json") + "/?overflow=split"), long)
    assert len(server.requests) > 1


@pytest.mark.parametrize(
    ("reply", "permanent"), [("535 5.7.8 Authentication failed", True), ("451 4.7.1 Greylisted", False)]
)
async def test_a_mail_server_tells_why_and_whether_for_ever(
    tmp_path: Path, reply: str, permanent: bool
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        while line := await reader.readline():
            writer.write(b"250 mail\r\n" if line.startswith((b"EHLO", b"RSET")) else f"{reply}\r\n".encode())
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        url = f"mailto://{LOOPBACK}:{port}?from=pantau@city.example&to=noc@city.example&mode=insecure"
        error = await refused(apprise(tmp_path, url))
    code, _, said = reply.partition(" ")
    assert str(error) == f"E-Mail: SMTP {code} {said}"
    assert error.permanent == permanent
