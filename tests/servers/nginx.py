"""nginx as the web server of an office: pages that are right, wrong, huge, slow, and moved."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.free_ports import free_port, wait_until_listening
from tests.servers.openssl import Certificate

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""

needs_nginx = pytest.mark.skipif(not NGINX, reason="needs nginx")

HUGE_BYTES = 5 * 2**20
CONFIG = """
daemon off;
master_process off;
pid {directory}/pid;
error_log {directory}/error.log;
events {{ }}
http {{
    access_log off;
    keepalive_timeout 0;
    ssl_protocols TLSv1.2 TLSv1.3;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    default_type text/html;
    root {directory}/pages;
    {servers}
}}
"""
SERVER = """
    server {{
        listen 127.0.0.1:{port} {tls};
        listen [::1]:{port} {tls};
        {certificate}
        location = / {{ add_header X-Application simpus; return 200 "Selamat datang di Dinas Kesehatan"; }}
        location = /missing {{ return 404; }}
        location = /error {{ return 503; }}
        location = /slow {{ limit_rate 1k; try_files /huge =404; }}
        location = /moved {{ return 301 /; }}
        location = /moved-thrice {{ return 302 /moved-twice; }}
        location = /moved-twice {{ return 307 /moved; }}
        location = /loop {{ return 302 /loop; }}
        location = /other-host {{ return 302 $scheme://localhost:{port}/; }}
        location = /portal {{ return 302 http://login.hotspot.example/?url=/; }}
        location = /app {{ return 302 app://simpus/; }}
    }}
"""


@dataclass(frozen=True)
class Nginx:
    """`port` is plain HTTP; the others are by name of the certificate."""

    process: subprocess.Popen[bytes]
    port: int
    tls_ports: Mapping[str, int]


@contextmanager
def nginx(directory: Path, certificates: Mapping[str, Certificate]) -> Iterator[Nginx]:
    pages = directory / "pages"
    pages.mkdir(parents=True)
    with (pages / "huge").open("wb") as huge:
        huge.truncate(HUGE_BYTES)
    port, tls_ports = free_port(), {name: free_port() for name in certificates}
    servers = SERVER.format(port=port, tls="", certificate="")
    for name, certificate in certificates.items():
        files = f"ssl_certificate {certificate.file}; ssl_certificate_key {certificate.key_file};"
        servers += SERVER.format(port=tls_ports[name], tls="ssl", certificate=files)
    config = directory / "nginx.conf"
    config.write_text(CONFIG.format(directory=directory, servers=servers))
    process = subprocess.Popen(
        [NGINX, "-c", str(config), "-p", str(directory), "-e", str(directory / "early.log")]
    )
    try:
        wait_until_listening(port, process)
        yield Nginx(process, port, tls_ports)
    finally:
        process.terminate()
        process.wait(10)
