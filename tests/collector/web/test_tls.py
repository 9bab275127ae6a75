"""The web over TLS: a renewed certificate counts without a restart, and half handshakes are bounded."""

import contextlib
import os
import socket
import ssl
import time
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path

import pytest

from collector.authority.ca import Ca, make_ca
from collector.authority.own import make_own
from collector.commands.remote import ask
from collector.config import CollectorConfig, Web
from collector.web import server
from collector.web.certificate import WebCertificate
from runtime.settings import BadConfig
from tests.collector.web.serving import Served, serving
from tests.collector.web.signed_in import PASSWORD, add_account
from tests.free_ports import LOOPBACK


@pytest.fixture(scope="module")
def ca() -> Ca:
    return make_ca("Pontianak", time.time())


def write(file: Path, ca: Ca) -> None:
    made = make_own("web", "pantau web", ["pantau.example"], ca, "", time.time())
    file.write_bytes(made.pem)
    os.utime(file, ns=(0, time.monotonic_ns()))


@pytest.fixture
def file(tmp_path: Path, ca: Ca) -> Path:
    write(tmp_path / "web.pem", ca)
    return tmp_path / "web.pem"


@pytest.fixture
def web(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.05)
    with serving(Served(token="s3cret", certificate=WebCertificate(file, file))) as served:
        yield served


def trusting(ca: Ca) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(cadata=ca.pem)
    return made


def shown(web: Served, ca: Ca) -> bytes:
    """The certificate that a new connection gets."""
    with (
        socket.create_connection((LOOPBACK, web.port), 5) as plain,
        trusting(ca).wrap_socket(plain, server_hostname="pantau.example") as secured,
    ):
        return secured.getpeercert(binary_form=True) or b""


def get(web: Served, ca: Ca, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    context = trusting(ca)
    context.check_hostname = False
    with contextlib.closing(HTTPSConnection(LOOPBACK, web.port, timeout=10, context=context)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def test_pages_come_over_tls_and_the_browser_is_asked_to_stay_there(web: Served, ca: Ca) -> None:
    status, headers = get(web, ca, "/")
    assert status == 200
    assert headers["strict-transport-security"] == "max-age=31536000"


def test_a_renewed_certificate_counts_without_a_restart(web: Served, ca: Ca, file: Path) -> None:
    before = shown(web, ca)
    write(file, ca)
    deadline = time.monotonic() + 10
    while shown(web, ca) == before:
        assert time.monotonic() < deadline, "the old certificate is still shown"
        time.sleep(0.05)


def test_a_damaged_certificate_leaves_the_one_before(web: Served, ca: Ca, file: Path) -> None:
    before = shown(web, ca)
    file.write_text("damaged")
    os.utime(file, ns=(0, time.monotonic_ns()))
    assert web.certificate is not None
    web.certificate.look()
    assert shown(web, ca) == before


def test_a_certificate_without_its_key_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "web.pem").write_text("damaged")
    with pytest.raises(BadConfig, match=r"web: .*web\.pem.*: no certificate with its key in PEM"):
        WebCertificate(tmp_path / "web.pem", tmp_path / "web.pem")
    with pytest.raises(BadConfig, match=r"none\.pem: No such file or directory"):
        WebCertificate(tmp_path / "none.pem", tmp_path / "none.pem")


def test_commands_here_trust_the_certificate_in_the_file_and_no_other(
    web: Served, ca: Ca, file: Path, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("s3cret")
    settings = Web(port=web.port, token_file=str(tmp_path / "token"), certificate_file=str(file))
    assert ask(CollectorConfig(web=settings), "/api/accounts", list[object]) == []
    other = tmp_path / "other.pem"
    write(other, ca)
    wrong = Web(port=web.port, certificate_file=str(other))
    with pytest.raises(Exception, match="certificate"):
        ask(CollectorConfig(web=wrong), "/api/accounts", list[object])


def test_the_cookie_of_a_session_is_for_tls_alone(web: Served, ca: Ca) -> None:
    add_account(web, "sari", "operator")
    context = trusting(ca)
    context.check_hostname = False
    with contextlib.closing(HTTPSConnection(LOOPBACK, web.port, timeout=10, context=context)) as connection:
        body = f"name=sari&password={PASSWORD}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection.request("POST", "/signin", body, headers)
        cookie = connection.getresponse().headers["Set-Cookie"]
    assert cookie.startswith("__Host-pantau_session=")
    assert "; secure" in cookie
    assert "path=/;" in cookie


def test_half_handshakes_of_one_address_are_few_and_let_others_in(
    web: Served, ca: Ca, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HANDSHAKES_OF_ADDRESS", 4)
    with contextlib.ExitStack() as held:
        half = [held.enter_context(socket.create_connection((LOOPBACK, web.port), 5)) for _ in range(50)]
        closed = [one for one in half if is_closed(one)]
        assert len(closed) == 46
        for one in half[:4]:
            one.close()
        deadline = time.monotonic() + 10
        while not is_let_in(web, ca):
            assert time.monotonic() < deadline, "nobody is let in any more"


def is_let_in(web: Served, ca: Ca) -> bool:
    try:
        return get(web, ca, "/healthz")[0] == 200
    except OSError:
        return False


def is_closed(connection: socket.socket) -> bool:
    """The server closes it at once, or does not within half a second."""
    connection.settimeout(0.5)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True
