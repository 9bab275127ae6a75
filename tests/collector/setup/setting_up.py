"""Runs setup, and looks at what it made."""

import os
import shutil
import stat
from pathlib import Path

from cryptography import x509

from collector.__main__ import main
from collector.setup.shipped import Shipped
from tests.system.programs import REPOSITORY

NOTHING = "nothing was changed\n"


def run(directory: Path, *options: str, ends: int = 0) -> None:
    """With the umask of a careful root."""
    umask = os.umask(0o077)
    try:
        assert main(["setup", "--directory", str(directory), *options]) == ends
    finally:
        os.umask(umask)


def everything(directory: Path) -> dict[str, tuple[int, int, bytes]]:
    """Of each file, its time, mode and contents."""
    files = [file for file in directory.rglob("*") if file.is_file()]
    return {str(file): (file.stat().st_mtime_ns, file.stat().st_mode, file.read_bytes()) for file in files}


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def certificate(file: Path) -> x509.Certificate:
    pem = file.read_bytes()
    return x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERTIFICATE-----") :])


def names_in(file: Path) -> list[str]:
    names = certificate(file).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]


def newer_release(share: Path) -> Shipped:
    shutil.copytree(REPOSITORY / "deploy", share)
    shutil.copytree(REPOSITORY / "dashboards" / "json", share / "grafana" / "json")
    shutil.copytree(REPOSITORY / "dashboards" / "prometheus", share / "prometheus" / "rules")
    for name in ("prometheus/prometheus.yml", "alertmanager/alertmanager.yml"):
        with (share / name).open("a") as file:
            file.write("# newer\n")
    return Shipped(share)
