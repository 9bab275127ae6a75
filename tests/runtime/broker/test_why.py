"""Each way to be kept out has its own words: one reason, one remedy."""

import asyncio
import gc
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiomqtt import Client as Plain

from runtime.broker.client import Client, Unconnected
from runtime.broker.once import REASONS_AT_MOST, Once
from runtime.broker.settings import Broker, fault
from runtime.broker.tls import UnusableFile, credentials, stranger
from runtime.broker.why import Who, why
from tests.free_ports import LOOPBACK, free_port
from tests.servers.mosquitto import mosquitto, needs_mosquitto
from tests.servers.openssl import Authority, Certificate, needs_openssl

LATER = datetime.now(UTC) + timedelta(days=30)
ACCEPTED = b"\x20\x02\0\0"


@asynccontextmanager
async def answering(answer: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server that says this to the first packet and closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def kept_out(broker: Broker, **options: object) -> str:
    who = Who(broker, "gradasi", "agent.toml")
    with pytest.raises(Unconnected) as told:
        async with Client(who, credentials(broker), **options) as client:
            await client.subscribe("x", 1)
    gc.collect()  # paho leaves the socket of a failed handshake to it
    return str(told.value)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            b"",
            "before it answered: see the broker's log; a port with TLS needs ca_file",
        ),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "it closed the connection before it answered"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "it answers with something else than MQTT 3.1.1: correct port"),
        (ACCEPTED, "another client with the id 'gradasi' took the connection; give each its own id"),
        (b"\x20\x02\0\1", "it answers with something else than MQTT 3.1.1"),
        (b"\x20\x02\0\2", "it refuses the client id 'gradasi'"),
        (b"\x20\x02\0\3", "it takes nobody just now (Server unavailable)"),
        (b"\x20\x02\0\4", "(Bad user name or password): give username and password_file in [broker]"),
        (b"\x20\x02\0\5", "(Not authorized): give username and password_file in [broker] of agent.toml"),
        (b"\x20\x02\0\x97", "it refuses this client (Unspecified error): see the broker's log"),
    ],
)
async def test_the_refusal_of_a_broker_is_shown_at_once(
    answer: bytes, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with answering(answer) as port, asyncio.timeout(5):
        assert words in await kept_out(Broker(port=port))
    gc.collect()
    assert caplog.messages == [], "asyncio and aiomqtt have nothing to add"


async def test_a_user_that_is_refused_is_named(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("x")
    async with answering(b"\x20\x02\0\4") as port:
        broker = Broker(port=port, username="budi", password_file=str(tmp_path / "password"))
        assert "it refuses the user 'budi'" in await kept_out(broker)


async def test_a_port_where_nothing_listens() -> None:
    said = await kept_out(Broker(port=free_port()))
    assert said.startswith(
        "Connection refused, nothing listens: start the broker, or correct port in [broker]"
    )


async def test_a_broker_that_takes_the_connection_and_is_silent_has_it_closed() -> None:
    closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        closed.set()
        writer.close()

    async with await asyncio.start_server(serve, LOOPBACK, 0) as server, asyncio.timeout(5):
        said = await kept_out(Broker(port=server.sockets[0].getsockname()[1]), timeout=0.3)
        await closed.wait()
    assert said.startswith("it takes the connection and does not answer (timed out)")


def told(error: BaseException) -> str:
    return why(error, Who(Broker(host="broker.example", ca_file="ca.pem"), "gradasi", "agent.toml"))


def test_an_unknown_name_and_a_missing_name_server_are_two_errors() -> None:
    unknown = told(socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert unknown.startswith("no name server knows broker.example")
    silent = told(socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"))
    assert silent.startswith("no name server answers for broker.example")


def test_other_troubles_of_the_network_have_their_own_words() -> None:
    assert told(TimeoutError("timed out")).startswith("no answer (timed out)")
    assert told(OSError(113, "No route to host")).startswith("no way there (No route to host)")
    assert "LimitNOFILE" in told(OSError(24, "Too many open files"))
    assert told(TimeoutError("_ssl.c:989: The handshake operation timed out")).startswith(
        "no TLS at this port"
    )


class Server:
    """A server's certificate and the CA that it is of."""

    def __init__(self, folder: Path, names: str = "IP:127.0.0.1", until: datetime = LATER) -> None:
        self.authority = Authority(folder)
        self.certificate = self.authority.issue("broker", names, until)

    def context(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.certificate.file, self.certificate.key_file)
        return made


@needs_openssl
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
class TestTls:
    async def out(self, server: Server, ca_file: Path | None = None, host: str = LOOPBACK) -> str:
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # the server's end of a handshake that fails
        async with answering(ACCEPTED, server.context()) as port:
            trusted = ca_file or server.authority.ca_file
            return await kept_out(Broker(host=host, port=port, ca_file=str(trusted)))

    async def test_another_ca(self, tmp_path: Path) -> None:
        other = Authority(tmp_path / "other").ca_file
        said = await self.out(Server(tmp_path / "ours"), other)
        assert said.startswith(f"the broker's certificate is not of the CA in ca_file {other}")

    async def test_another_name(self, tmp_path: Path) -> None:
        said = await self.out(Server(tmp_path, "DNS:broker.example"))
        assert said.startswith("the broker's certificate is not of 127.0.0.1: write as host a name")

    async def test_a_certificate_that_has_expired(self, tmp_path: Path) -> None:
        said = await self.out(Server(tmp_path, until=datetime.now(UTC) - timedelta(days=1)))
        assert said.startswith("the broker's certificate has expired: renew it there")

    async def test_no_tls_at_that_port(self, tmp_path: Path) -> None:
        ca_file = str(Authority(tmp_path).ca_file)
        for answer in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", ACCEPTED):
            async with answering(answer) as port:
                said = await kept_out(Broker(port=port, ca_file=ca_file))
            assert said.startswith("no TLS at this port: take the broker's port with TLS"), answer

    async def test_a_tls_port_that_is_asked_without_tls(self, tmp_path: Path) -> None:
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        async with answering(ACCEPTED, Server(tmp_path).context()) as port:
            assert "a port with TLS needs ca_file" in await kept_out(Broker(port=port))


@needs_openssl
class TestFiles:
    def issue(self, folder: Path, name: str) -> Certificate:
        return Authority(folder / "ca").issue(name, "DNS:agent", LATER)

    def broker(self, folder: Path, certificate: Certificate, key_file: Path | None = None) -> Broker:
        return Broker(
            ca_file=str(folder / "ca" / "ca.pem"),
            certificate_file=str(certificate.file),
            key_file=str(key_file or certificate.key_file),
        )

    def test_a_certificate_of_somebody_else_is_named_with_both_ids(self, tmp_path: Path) -> None:
        broker = self.broker(tmp_path, self.issue(tmp_path, "dinkes"))
        said = stranger(broker, "gradasi", "agent.toml")
        assert said.startswith(
            f"certificate_file {broker.certificate_file} has the CN 'dinkes', not 'gradasi'"
        )
        assert stranger(broker, "dinkes", "agent.toml") == ""
        assert stranger(Broker(), "gradasi", "agent.toml") == ""

    def test_a_key_with_a_pass_phrase_is_refused_and_not_asked_for(self, tmp_path: Path) -> None:
        from cryptography.hazmat.primitives import serialization

        mine = self.issue(tmp_path, "gradasi")
        key = serialization.load_pem_private_key(mine.key_file.read_bytes(), None)
        locked = tmp_path / "locked.key"
        locked.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"secret"),
            )
        )
        with pytest.raises(UnusableFile, match=r"locked\.key: the key wants a pass phrase"):
            credentials(self.broker(tmp_path, mine, locked))


@pytest.mark.parametrize(
    ("broker", "words"),
    [
        (
            Broker(host="mqtt://10.0.0.1:1883/"),
            "broker.host: 'mqtt://10.0.0.1:1883/': write the name or address",
        ),
        (Broker(host="[::1]"), "broker.host: '[::1]': write the address without brackets: ::1"),
        (Broker(host="broker.example:8883"), "write host = 'broker.example' and port = 8883"),
        (Broker(host=""), "broker.host: '': write the broker's name or address"),
        (Broker(host=" broker.example"), "write the broker's name or address, nothing else"),
        (Broker(host="broker..example"), "broker.host: 'broker..example': no name can be so"),
        (Broker(ca_file="ca", key_file="key"), "certificate_file and key_file go together"),
        (Broker(certificate_file="own", key_file="key"), "is of no use without TLS; give ca_file too"),
        (Broker(password_file="password"), "is of no use without a user; give username too"),
    ],
)
def test_settings_that_can_t_work_are_refused_at_the_start(broker: Broker, words: str) -> None:
    assert words in fault(broker)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "fe80::1%eth0", "broker", "broker.example."])
def test_names_and_addresses_are_taken(host: str) -> None:
    assert fault(Broker(host=host)) == ""


def test_each_reason_is_said_once_until_a_connection_has_lasted() -> None:
    once = Once()
    assert once.connected()
    assert not once.connected()
    assert once.lost("closed", lasted=True)
    assert once.connected()
    assert not once.lost("closed", lasted=False)
    assert not once.connected(), "nor is the end of what was not said"
    assert once.lost("refused", lasted=False)
    assert once.lost("closed", lasted=True)


def test_reasons_are_bounded() -> None:
    once = Once()
    assert sum(once.lost(f"reason {number}", lasted=False) for number in range(100)) == REASONS_AT_MOST


@needs_mosquitto
async def test_a_take_over_by_a_twin_is_told_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with mosquitto(tmp_path / "broker") as broker:
        who = Who(Broker(port=broker.port), "gradasi", "agent.toml")

        async def stay() -> None:
            async with Client(who, credentials(who.broker)) as client, asyncio.timeout(5):
                await client.subscribe("x", 1)
                async with Plain(LOOPBACK, broker.port, identifier="gradasi"):
                    await anext(client.messages)

        with pytest.raises(Unconnected, match="another client with the id 'gradasi' took the connection"):
            await stay()
        gc.collect()
    assert caplog.messages == []
