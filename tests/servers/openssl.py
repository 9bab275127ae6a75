"""Certificates for the servers of the tests, made by the openssl program."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")

CONFIG = """
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
rand_serial = yes
unique_subject = no
copy_extensions = copy
policy = any
[any]
commonName = supplied
"""
NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


@dataclass(frozen=True)
class Certificate:
    """`file` holds the certificate, then its CA's, in PEM."""

    file: Path
    key_file: Path


class Authority:
    """A CA in a folder of its own."""

    def __init__(self, directory: Path, name: str = "test CA", days: int = 3650) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self.ca_file = directory / "ca.pem"
        (directory / "ca.cnf").write_text(CONFIG)
        (directory / "index.txt").write_text("")
        self._openssl(
            "req",
            "-x509",
            *NEW_KEY,
            "-days",
            str(days),
            "-subj",
            f"/CN={name}",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
        )

    def issue(
        self, name: str, subject_alternative_names: str, not_after: datetime, usage: str = ""
    ) -> Certificate:
        """Valid from 2020. In openssl's words: names "DNS:localhost,IP:127.0.0.1", usage "clientAuth"."""
        extensions = ["-addext", f"subjectAltName={subject_alternative_names}"]
        if usage:
            extensions += ["-addext", f"extendedKeyUsage={usage}"]
        request = ["-subj", f"/CN={name}", *extensions, "-keyout", f"{name}.key", "-out", f"{name}.csr"]
        self._openssl("req", *NEW_KEY, *request)
        dates = ["-startdate", "20200101000000Z", "-enddate", f"{not_after.astimezone(UTC):%Y%m%d%H%M%SZ}"]
        files = ["-in", f"{name}.csr", "-out", f"{name}.pem"]
        self._openssl("ca", "-batch", "-notext", "-config", "ca.cnf", *files, *dates)
        file = self._directory / f"{name}.pem"
        file.write_text(file.read_text() + self.ca_file.read_text())
        return Certificate(file, self._directory / f"{name}.key")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(
            ["openssl", *arguments], cwd=self._directory, check=True, capture_output=True, timeout=30
        )
