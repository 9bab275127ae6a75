"""Brings the broker's files from the collector's folder to Mosquitto, as root: checked before they count.

Mosquitto loads certificates, authorities, the list of revoked ones and the ACL anew at SIGHUP, and keeps its
sessions (measured with 2.0.11). But after a bad certificate it lets nobody in, and 2.1 ends over a bad ACL.
So a second Mosquitto on a free port of the loopback tries them first.
"""

import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from collector.admission.files import (
    ACL,
    CERTIFICATE,
    CRL,
    FILES,
    STAMP,
    TRUST,
    Contents,
    read_files,
    stamp_of,
)
from collector.admission.files import held as held_in
from runtime.errors import UserError
from runtime.files.writing import PRIVATE, PUBLIC, write_whole

START_SECONDS = 10.0
LOG_LINES_SHOWN = 5
NO_CERTIFICATE = "peer did not return a certificate"
"""Mosquitto says this of the handshake that tries it."""
MODES = {CERTIFICATE: PRIVATE, TRUST: PUBLIC, CRL: PUBLIC, ACL: PRIVATE}
"""Mosquitto 2.1 refuses an ACL that others can read."""


class BadBrokerFiles(UserError):
    """The files are not taken, and those before stay in force."""


class Installed(NamedTuple):
    """The lines say what was done."""

    lines: list[str]
    changed: bool


def install(source: Path, target: Path, owner: str, reload: Callable[[], str]) -> Installed:
    """`owner` is the user that Mosquitto runs as, "" for this one. `reload` returns a complaint or "".

    Raises BadBrokerFiles.
    """
    contents = _whole(source)
    stamp = stamp_of(contents)
    if held_in(target / STAMP) == stamp:
        return Installed([f"{target}: nothing is new"], False)
    try:
        target.mkdir(parents=True, exist_ok=True)
        check(contents, owner, target)
        for name in FILES:
            _put(target / name, contents[name], owner)
    except OSError as error:
        raise BadBrokerFiles(f"{error.filename}: {error.strerror}; run it as root") from None
    if complaint := reload():
        raise BadBrokerFiles(f"{target}: the files are there, but Mosquitto has not loaded them: {complaint}")
    write_whole(target / STAMP, stamp)  # last: a reload that failed is tried again
    return Installed([f"{target}: {', '.join(FILES)} are new, and Mosquitto has loaded them"], True)


def _whole(source: Path) -> Contents:
    """Raises BadBrokerFiles."""
    try:
        contents = read_files(source)
        stamp = held_in(source / STAMP)
    except OSError as error:
        raise BadBrokerFiles(
            f"{error.filename}: {error.strerror}; the collector writes it, see [authority] of collector.toml"
        ) from None
    if stamp != stamp_of(contents):
        raise BadBrokerFiles(f"{source}: the collector is writing these files; try again in a moment")
    return contents


def check(contents: Contents, owner: str, beside: Path) -> None:
    """Start a Mosquitto with these files and shake hands with it. Raises BadBrokerFiles and OSError."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise BadBrokerFiles("mosquitto: is not installed; apt-get install mosquitto")
    with tempfile.TemporaryDirectory(prefix=".check-", dir=beside) as name:
        folder = Path(name)
        _own(folder, owner)
        for file in FILES:
            _put(folder / file, contents[file], owner)
        port, log = _free_port(), folder / "log"
        (folder / "mosquitto.conf").write_text(_configuration(folder, port, owner))
        with log.open("wb") as writing:
            process = subprocess.Popen(
                [program, "-c", str(folder / "mosquitto.conf")], stdout=writing, stderr=writing
            )
        try:
            complaint = _tried(process, port, contents)
        finally:
            process.kill()
            process.wait()
        lines = log.read_text(errors="replace").splitlines()
    errors = [line for line in lines if "Error" in line and NO_CERTIFICATE not in line]
    if complaint or errors:
        told = "; ".join([complaint or "Mosquitto complains", *errors[:LOG_LINES_SHOWN]])
        raise BadBrokerFiles(f"the broker's new files are not good, the old ones stay: {told}")


def _configuration(folder: Path, port: int, owner: str) -> str:
    lines = [
        f"listener {port} 127.0.0.1",
        f"cafile {folder / TRUST}",
        f"certfile {folder / CERTIFICATE}",
        f"keyfile {folder / CERTIFICATE}",
        f"crlfile {folder / CRL}",
        f"acl_file {folder / ACL}",
        "require_certificate true",
        "use_identity_as_username true",
        "allow_anonymous false",
        "log_dest stderr",
        *([f"user {owner or 'root'}"] if os.geteuid() == 0 else []),
    ]
    return "\n".join(lines) + "\n"


def _tried(process: "subprocess.Popen[bytes]", port: int, contents: Contents) -> str:
    """A complaint, or ""."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    try:
        context.load_verify_locations(cadata=contents[TRUST].decode(errors="replace"))
    except (ssl.SSLError, ValueError):
        return f"{TRUST} holds no certificate"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            return "Mosquitto does not start with them"
        try:
            connection = socket.create_connection(("127.0.0.1", port), 5)
            with connection, context.wrap_socket(connection):
                return ""
        except ConnectionRefusedError:
            time.sleep(0.05)
        except OSError as error:
            return f"its TLS does not work ({getattr(error, 'verify_message', '') or error})"
    return "Mosquitto does not listen"


def _put(file: Path, contents: bytes, owner: str) -> None:
    """Raises OSError."""
    write_whole(file, contents, MODES[file.name])
    _own(file, owner)


def _own(path: Path, owner: str) -> None:
    """Raises OSError and BadBrokerFiles."""
    if os.geteuid() != 0 or not owner:
        return
    try:
        user = pwd.getpwnam(owner)
    except KeyError:
        raise BadBrokerFiles(f"--owner: {owner}: there is no such user; install mosquitto first") from None
    os.chown(path, user.pw_uid, user.pw_gid)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])
