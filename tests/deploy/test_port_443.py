"""One port of a real nginx leads to the broker, to the enrolment port and to the web, each by ALPN."""

import asyncio
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.joining.join import Box, join
from collector.admission.install import install
from collector.web.access.visitors import LOOPBACK
from runtime.broker.client import Client
from runtime.broker.settings import Broker
from runtime.broker.tls import credentials
from runtime.broker.why import Who
from tests.collector.admission.test_install import HOUR_SECONDS, Room, nothing
from tests.collector.waiting import until
from tests.deploy.secured import DEPLOY
from tests.fakes.tiny_enrolment import TinyEnrolment
from tests.free_ports import free_port, wait_until_listening
from tests.servers.mosquitto import mosquitto, needs_mosquitto
from tests.servers.nginx import NGINX, needs_nginx, nginx
from wire.code import read_code, write_code

STREAM = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
pytestmark = [
    needs_mosquitto,
    needs_nginx,
    pytest.mark.skipif(not STREAM.exists(), reason="needs libnginx-mod-stream"),
]


@contextmanager
def one_port(folder: Path, broker: int, enrolment: int, web: int) -> Iterator[int]:
    """nginx with the shipped file; the port that stands for 443."""
    port = free_port()
    text = (DEPLOY / "nginx" / "pantau-443.conf").read_text()
    for shipped, here in ((8883, broker), (8471, enrolment), (8470, web)):
        assert f"127.0.0.1:{shipped}" in text
        text = text.replace(f"127.0.0.1:{shipped}", f"127.0.0.1:{here}")
    text = text.replace("listen 443;", f"listen 127.0.0.1:{port};").replace("listen [::]:443;", "")
    folder.mkdir()
    config = folder / "nginx.conf"
    head = f"load_module {STREAM};\ndaemon off;\nmaster_process off;\npid {folder}/pid;\nevents {{ }}\n"
    config.write_text(f"{head}error_log {folder}/error.log;\n{text}")
    process = subprocess.Popen([NGINX, "-c", str(config), "-p", str(folder), "-e", str(folder / "early.log")])
    try:
        wait_until_listening(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


async def test_each_client_reaches_its_own_server_through_one_port(tmp_path: Path) -> None:
    room = Room(tmp_path, time.time() - HOUR_SECONDS)
    install(room.source, room.target, "", nothing)
    enrolment = TinyEnrolment()
    with (
        mosquitto(tmp_path / "broker", room.options()) as broker,
        enrolment.serving(tmp_path),
        nginx(tmp_path / "web", {}) as web,
        one_port(tmp_path / "proxy", broker.port, enrolment.port, web.port) as port,
    ):
        await connect_as_gradasi(room, broker.port, port)
        code = write_code(read_code(enrolment.code("gradasi"))._replace(port=port))
        box = Box(tmp_path / "agent.toml", tmp_path / "state", "0.1.0", False)
        assert (await asyncio.to_thread(join, code, box, print)).agent == "gradasi"
        page = await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{port}/")
        with page:
            assert b"Selamat datang" in page.read()


async def connect_as_gradasi(room: Room, broker_port: int, port: int) -> None:
    """By the fallback port, as an agent does where the broker's own can't be reached."""
    file = str(room.client_file("gradasi"))
    trust = str(room.target / "trust.pem")
    settings = Broker("127.0.0.1", port, trust, file, file, fallback_port=port)
    async with Client(Who(settings, "gradasi", "agent.toml"), credentials(settings), timeout=5):
        assert broker_port != port


async def test_a_visitor_of_the_web_is_not_taken_for_this_machine(tmp_path: Path) -> None:
    """This machine reads /metrics without a token."""
    came: list[str] = []

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer.get_extra_info("peername")[0])
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as web:
        port_of_web = web.sockets[0].getsockname()[1]
        with one_port(tmp_path / "proxy", free_port(), free_port(), port_of_web) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /metrics HTTP/1.1\r\n\r\n")
            await until(lambda: bool(came))
            writer.close()
    assert not set(came) & set(LOOPBACK)
