"""dnsmasq as the resolver of a provider: right answers, a block page, records too long for a datagram."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.free_ports import free_port, wait_until_listening

DNSMASQ = shutil.which("dnsmasq", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""

needs_dnsmasq = pytest.mark.skipif(not DNSMASQ, reason="needs dnsmasq")

RECORDS = [
    "--local=/example/",
    "--host-record=app.example,10.61.0.10,fd61::10",
    "--cname=www.example,app.example",
    "--address=/blocked.example/10.10.10.10",
    "--mx-host=example,mail.example,10",
    *[f"--txt-record=long.example,{number:03}{'x' * 200}" for number in range(5)],
]


@contextmanager
def dnsmasq(port: int | None = None, upstream: int | None = None) -> Iterator[int]:
    """The port on 127.0.0.1 and ::1, a free one unless it is given. Names outside `example` are asked of the
    port `upstream`, or else refused.
    """
    port = port or free_port()
    above = [f"--server=127.0.0.1#{upstream}"] if upstream else []
    alone = ["--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--no-resolv", "--pid-file"]
    listening = [f"--port={port}", "--listen-address=127.0.0.1,::1", "--bind-interfaces", "--user=root"]
    process = subprocess.Popen([DNSMASQ, *alone, *listening, *above, *RECORDS], stderr=subprocess.DEVNULL)
    try:
        wait_until_listening(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)
