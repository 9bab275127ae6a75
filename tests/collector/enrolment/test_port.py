"""Real boxes at the real enrolment port."""

import asyncio
import contextlib
import logging
import socket
import sqlite3
import ssl
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from agent.config import load
from agent.joining.answers import NotJoined
from agent.joining.exchange import EnrolmentPort, ask
from agent.joining.join import Box, join
from agent.joining.renew import renew
from collector.access import Asker, Visitor
from collector.authority.ca import DAY_SECONDS
from collector.authority.folder import AuthorityFolder
from collector.authority.keys import request as request_of
from collector.enrolment.port import CONNECTIONS_OF_ADDRESS
from tests.collector.enrolment.conftest import NOW, Enrolling
from tests.collector.waiting import until
from tests.fakes.auditing import audit_row
from wire.joining import JOIN, RENEW, Joined

SARI = Asker(Visitor("account", "admin", "sari"), "sari", "page")


class GaveUp(Exception):
    """The box waits no longer."""


async def joined(folder: Path, code: str, waits: int = 0) -> Joined:
    """In a thread, as the box is a program of its own. It gives up after so many waits."""
    said: list[str] = []

    def wait(seconds: float) -> None:
        if len(said) > waits:
            raise GaveUp

    box = Box(folder / "agent.toml", folder / "state", "0.1.0", clock_kept=False)
    return await asyncio.to_thread(join, code, box, said.append, wait)


async def renewed(folder: Path) -> Joined:
    config = load(folder / "agent.toml")
    assert config.enrolment is not None
    outcome = await asyncio.to_thread(renew, config, config.enrolment, "0.1.0", False)
    assert isinstance(outcome, Joined)
    return outcome


async def test_a_box_joins_and_the_book_has_its_certificate(tmp_path: Path, enrolling: Enrolling) -> None:
    async with enrolling.running():
        answer = await joined(tmp_path, enrolling.invitation())
    assert answer.agent == "gradasi"
    [issued] = enrolling.store.authority.certificates("agent")
    assert (issued.name, issued.ends) == ("gradasi", NOW + 90 * DAY_SECONDS)
    settings = tomllib.loads((tmp_path / "agent.toml").read_text())
    assert settings["broker"]["port"] == 8883


async def test_a_code_used_twice_is_refused_and_its_certificate_revoked(
    tmp_path: Path, enrolling: Enrolling, caplog: pytest.LogCaptureFixture
) -> None:
    async with enrolling.running():
        code = enrolling.invitation()
        await joined(tmp_path / "right", code)
        with pytest.raises(NotJoined, match="used this code before"):
            await joined(tmp_path / "thief", code)
        with pytest.raises(NotJoined, match="is revoked"):
            await renewed(tmp_path / "right")
    assert frozenset({"gradasi"}) in enrolling.barred
    assert "was used a second time, by 127.0.0.1" in caplog.text


async def test_a_thief_who_joined_first_and_renewed_at_once_is_out_too(
    tmp_path: Path, enrolling: Enrolling
) -> None:
    """Else a renewal would keep what a code that somebody else has read gave."""
    async with enrolling.running():
        code = enrolling.invitation()
        await joined(tmp_path / "thief", code)
        await renewed(tmp_path / "thief")
        with pytest.raises(NotJoined, match="has used this code before"):
            await joined(tmp_path / "right", code)
        with pytest.raises(NotJoined, match="is revoked"):
            await renewed(tmp_path / "thief")
    assert frozenset({"gradasi"}) in enrolling.barred
    row = enrolling.store.audit()[0]
    assert (row.via, row.address, row.what, row.about) == (
        "enrolment",
        "127.0.0.1",
        "code used twice",
        "gradasi",
    )


async def test_a_code_is_good_for_a_day(tmp_path: Path, enrolling: Enrolling) -> None:
    async with enrolling.running():
        code = enrolling.invitation()
        enrolling.now += DAY_SECONDS
        with pytest.raises(NotJoined, match="has expired"):
            await joined(tmp_path, code)


async def test_guessed_codes_end_after_ten(tmp_path: Path, enrolling: Enrolling) -> None:
    async with enrolling.running():
        real = enrolling.invitation()
        for _ in range(10):
            with pytest.raises(NotJoined):
                await joined(tmp_path, enrolling.invitation("elsewhere"))
        with pytest.raises(NotJoined, match="too many attempts"):
            await joined(tmp_path, real)
        enrolling.now += 3601
        assert (await joined(tmp_path, real)).agent == "gradasi"


async def test_an_ended_certificate_renews_within_its_grace(tmp_path: Path, enrolling: Enrolling) -> None:
    async with enrolling.running():
        await joined(tmp_path, enrolling.invitation())
        enrolling.now += (90 + 180) * DAY_SECONDS
        assert (await renewed(tmp_path)).agent == "gradasi"
        enrolling.now += (90 + 180) * DAY_SECONDS + 1
        with pytest.raises(NotJoined, match="too long ago"):
            await renewed(tmp_path)


async def test_a_stolen_box_whose_certificate_has_ended_is_revoked_too(
    tmp_path: Path, enrolling: Enrolling
) -> None:
    """It would renew for half a year."""
    async with enrolling.running() as service:
        await joined(tmp_path, enrolling.invitation())
        enrolling.now += 91 * DAY_SECONDS
        await service.desk.revoke("gradasi", "stolen", SARI)
        with pytest.raises(NotJoined, match="is revoked"):
            await renewed(tmp_path)


async def test_a_certificate_that_a_backup_lacks_is_revoked_with_its_agent(
    tmp_path: Path, enrolling: Enrolling
) -> None:
    async with enrolling.running() as service:
        await joined(tmp_path, enrolling.invitation())
        enrolling.now += 60 * DAY_SECONDS
        await renewed(tmp_path)
        forget_newest(enrolling)
        enrolling.now += 2 * DAY_SECONDS
        await service.desk.revoke("gradasi", "stolen", SARI)
        with pytest.raises(NotJoined, match="is revoked"):
            await renewed(tmp_path)
        revoked = enrolling.store.authority.revoked(enrolling.ca.id, enrolling.now)
        assert len([one for one in revoked if one.kind == "agent"]) == 2


def forget_newest(enrolling: Enrolling) -> None:
    """As a book that was restored from a backup."""
    [newest, _] = enrolling.store.authority.certificates("agent")
    with contextlib.closing(sqlite3.connect(enrolling.store_file, isolation_level=None)) as store:
        store.execute("DELETE FROM certificates WHERE serial = ?", [newest.serial])


async def test_an_agent_of_a_removed_site_renews_no_more(tmp_path: Path, enrolling: Enrolling) -> None:
    async with enrolling.running():
        await joined(tmp_path, enrolling.invitation())
        enrolling.sites.remove("gradasi")
        with pytest.raises(NotJoined, match="not in the inventory"):
            await renewed(tmp_path)


async def test_with_the_key_off_line_a_box_waits(tmp_path: Path, enrolling: Enrolling) -> None:
    async with enrolling.running():
        pass  # the control room has its own certificates
    AuthorityFolder(enrolling.directory).key_file(1).unlink()
    async with enrolling.running():
        code = enrolling.invitation()
        with pytest.raises(GaveUp):
            await joined(tmp_path, code)
        [request] = enrolling.store.authority.requests()
        signed = enrolling.ca.issue(
            "agent", "gradasi", request_of(request.request).public_key, NOW, 90, "sari"
        )
        row = audit_row(NOW, "sign certificate")
        enrolling.store.authority.answer(request.key, signed, row)
        assert (await joined(tmp_path, code)).agent == "gradasi"


async def test_a_renewal_of_the_own_certificate_needs_no_restart(
    tmp_path: Path, enrolling: Enrolling
) -> None:
    async with enrolling.running() as service:
        await joined(tmp_path, enrolling.invitation())
        before = (enrolling.directory / "enrolment.pem").read_text()
        enrolling.now += 61 * DAY_SECONDS
        await asyncio.to_thread(service.keeper.look)
        assert (enrolling.directory / "enrolment.pem").read_text() != before
        await renewed(tmp_path)
    kinds = [one.kind for one in enrolling.store.authority.certificates()]
    assert Counter(kinds) == {
        "agent": 2,
        "broker": 2,
        "canary": 1,
        "collector": 2,
        "enrolment": 2,
        "web": 2,
    }


async def test_half_open_connections_of_one_address_leave_room_for_others(enrolling: Enrolling) -> None:
    async with enrolling.running() as service:
        with contextlib.ExitStack() as open_ones:
            for _ in range(3 * CONNECTIONS_OF_ADDRESS):
                sock = open_ones.enter_context(contextlib.closing(socket.socket()))
                await asyncio.get_running_loop().run_in_executor(
                    None, sock.connect, ("127.0.0.1", enrolling.settings.port)
                )
            await until(lambda: service.turned_away >= 2 * CONNECTIONS_OF_ADDRESS)
        assert service.turned_away == 2 * CONNECTIONS_OF_ADDRESS


RUBBISH = [
    (JOIN, b"\x00", 400),
    (JOIN, b"null", 400),
    (JOIN, b"[" * 16_000, 400),
    (JOIN, b"x" * 20_000, 413),
    (JOIN, b'{"secret": "\\ud800", "request": "x"}', 400),
    (JOIN, b'{"secret": "\\u0000", "request": "x"}', 400),
    (RENEW, b'{"certificate": "x", "request": "x", "signature": "\\u0000"}', 400),
    ("/v1/other", b"{}", 404),
]


async def test_rubbish_is_refused_in_a_line_and_the_port_goes_on(
    tmp_path: Path, enrolling: Enrolling, caplog: pytest.LogCaptureFixture
) -> None:
    async with enrolling.running():
        code = enrolling.invitation()
        await until(lambda: (enrolling.directory / "enrolment.pem").exists())
        for path, body, status in RUBBISH:
            answer = await asyncio.to_thread(
                ask, EnrolmentPort("127.0.0.1", enrolling.settings.port), path, body, enrolling.ca.pem, False
            )
            assert answer.status == status, (body[:40], answer)
        assert (await joined(tmp_path, code)).agent == "gradasi"
    assert "Traceback" not in caplog.text


async def test_what_is_no_http_leaves_no_line_in_the_journal(
    enrolling: Enrolling, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with enrolling.running():
        await until(lambda: (enrolling.directory / "enrolment.pem").exists())
        place = ("127.0.0.1", enrolling.settings.port)
        reader, writer = await asyncio.open_connection(*place, ssl=context)
        writer.write(b"\x00\xff no HTTP \r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()
    assert "Invalid HTTP request" not in caplog.text
