"""How a document reaches a receiver: Apprise and Telegram with a real HTTP server on loopback."""

import asyncio
import logging
import time
from pathlib import Path

import msgspec
import pytest

from collector.inventory import Receiver
from collector.inventory.city import Apprise, Telegram
from collector.notify.channels import deliver
from collector.notify.document import Document, document
from collector.notify.request import Undelivered
from tests.collector.notify.answering import answering, silent, status
from tests.collector.notify.town import CITY, incident, notice, webhook
from tests.collector.waiting import until
from tests.free_ports import LOOPBACK, free_port

pytestmark = pytest.mark.filterwarnings(
    "ignore:'imghdr' is deprecated:DeprecationWarning"
)  # of Apprise's own

SECRET = "s3cr3t"
DOCUMENT = document(notice(incident()), CITY, "en")


def apprise(tmp_path: Path, *lines: str) -> Receiver:
    file = tmp_path / "url"
    file.write_text("\n".join(["# what this is", "", *lines]))
    return Receiver(apprise=Apprise(url_file=str(file)))


async def complaint(receiver: Receiver, sent: Document = DOCUMENT) -> str:
    with pytest.raises(Undelivered) as raised:
        await deliver(receiver, sent)
    assert not raised.value.permanent, "a person may put it right within the day"
    assert SECRET not in str(raised.value)
    return str(raised.value)


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


async def test_a_service_that_does_not_take_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with answering(status(503, SECRET.encode())) as server:
        receiver = apprise(tmp_path, server.url.replace("http://", f"json://user:{SECRET}@") + f"/{SECRET}")
        assert await complaint(receiver) == "apprise: the service did not take the message"
    assert SECRET not in caplog.text


async def test_a_service_that_is_not_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert "did not take" in await complaint(apprise(tmp_path, f"json://{LOOPBACK}:{free_port()}/{SECRET}"))
    assert SECRET not in caplog.text


@pytest.mark.parametrize("url", [f"nonsense://{SECRET}@host", f"{SECRET} is no url", f"tgram://{SECRET}"])
async def test_a_url_that_apprise_does_not_understand(
    tmp_path: Path, url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    assert "not understood" in await complaint(apprise(tmp_path, url))
    assert SECRET not in caplog.text + "".join(capfd.readouterr())


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
    assert "not text; write the secret" in await complaint(binary)


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


async def test_telegram_goes_by_its_token_and_chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as this machine: that Apprise understands the URL."""
    from collector.notify import channels

    urls: list[str] = []

    def notify(url: str, document: Document) -> str:
        urls.append(url)
        return ""

    monkeypatch.setattr(channels, "_notify", notify)
    (tmp_path / "token").write_text("123456789:AAbbCC-dd_EEffGGhhIIjjKKllMMnnOOppQ\n")
    await deliver(Receiver(telegram=Telegram(chat=-1001, token_file=str(tmp_path / "token"))), DOCUMENT)
    assert urls == ["tgram://123456789:AAbbCC-dd_EEffGGhhIIjjKKllMMnnOOppQ/-1001/"]
    import apprise as library

    assert library.Apprise().add(urls[0])
