"""`pantau-collector invite`, `invitations` and `sign`, against the real web."""

import json
import time
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from collector.__main__ import main
from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.authority.invitation import SigningRequest
from collector.authority.keys import key_digest, new_key, private_pem
from collector.commands.invited import lines
from collector.web.api.invitations import InvitationMade
from runtime.files.writing import PRIVATE
from tests.collector.web.serving import Served, serving
from wire.code import Code, read_code, write_code

CA = make_ca("Pontianak", time.time())
PASSPHRASE = "kunci rahasia"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Served]:
    folder = AuthorityFolder(tmp_path / "authority")
    folder.save(CA, PASSPHRASE)
    with serving(Served(authority=folder, now=None)) as served:
        yield served


@pytest.fixture
def config(web: Served, tmp_path: Path) -> list[str]:
    file = tmp_path / "collector.toml"
    file.write_text(f"[web]\nport = {web.port}\n")
    return ["--config", str(file)]


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "stick.key"
    file.write_bytes(private_pem(CA.key, PASSPHRASE) if CA.key else b"")
    return file


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text(PASSPHRASE)
    return file


def ask(web: Served, name: str = "gradasi") -> SigningRequest:
    key = new_key()
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    pem = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
    asked = SigningRequest(key_digest(key.public_key()), "agent", name, pem, time.time())
    web.store.authority.reserve("", asked)
    return asked


def test_it_prints_the_code_a_qr_code_and_the_line_to_type(
    config: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "gradasi.png"
    assert main(["invite", "gradasi", "--png", str(picture), *config]) == 0
    printed = capsys.readouterr().out.splitlines()
    code = read_code(next(line for line in printed if "PANTAU.EXAMPLE/" in line))
    assert (code.host, code.pin) == ("pantau.example", CA.pin)
    assert "    sudo pantau-agent join" in printed
    assert sum(set(line) <= set("█▀▄ ") and len(line) > 30 for line in printed) > 15
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_mode & 0o777 == PRIVATE


def test_a_terminal_of_any_colour_shows_the_qr_code_white_on_black() -> None:
    made = InvitationMade("gradasi", write_code(Code("pantau.example", 8471, CA.pin, bytes(10))), 0.0, None)
    plain, shown = list(lines(made, UTC)), list(lines(made, UTC, on_terminal=True))
    assert not any("\x1b" in line for line in plain)
    drawn = [line for line in shown if line.startswith("\x1b[97;40m")]
    assert [line.removeprefix("\x1b[97;40m").removesuffix("\x1b[0m") for line in drawn] == plain[
        5 : 5 + len(drawn)
    ]
    assert len(drawn) > 15


def test_a_program_gets_the_code_as_json(config: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invite", "gradasi", "--json", *config]) == 0
    document = json.loads(capsys.readouterr().out)
    assert sorted(document) == ["code", "ends_at", "present_ends", "site"]


def test_it_says_that_the_site_has_a_box_already(
    web: Served, config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Its certificate stays good until somebody revokes it."""
    main(["invite", "gradasi", *config])
    assert "has a box already" not in capsys.readouterr().out
    present = CA.issue("agent", "gradasi", new_key().public_key(), time.time(), 90, "join")
    web.store.authority.record(present)
    main(["invite", "gradasi", *config])
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].startswith("gradasi has a box already; its certificate is good until ")
    assert lines[-1] == "If it is lost or stolen, before the new one joins: pantau-collector revoke gradasi"


def test_faults_of_a_person_are_one_line(config: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invite", "nowhere", *config]) == 2
    assert main(["invite", "gradasi", "--png", "/nowhere/x.png", *config]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "pantau-collector: site: nowhere: the inventory has no such site; add it there first",
        "pantau-collector: --png: /nowhere/x.png: No such file or directory; give another file",
    ]


def test_invitations_are_listed_and_withdrawn(config: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invitations", *config]) == 0
    assert capsys.readouterr().out == "no invitation in the last 30 days\n"
    main(["invite", "gradasi", "--by", "Sari", *config])
    capsys.readouterr()
    assert main(["invitations", *config]) == 0
    assert main(["invitations", "--withdraw", "gradasi", *config]) == 0
    assert main(["invitations", *config]) == 0
    first, gone, second = capsys.readouterr().out.splitlines()
    assert first.split()[:2] == ["gradasi", "open"]
    assert "by Sari" in first
    assert gone == "gradasi: the invitation is withdrawn; its code works no more"
    assert second.split()[:2] == ["gradasi", "withdrawn"]


def test_a_person_signs_all_that_waits_and_the_list(
    web: Served,
    config: list[str],
    key_file: Path,
    passphrase_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask(web)
    ask(web, "dinkes")
    assert main(["sign", *config]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in listed] == ["agent gradasi", "agent dinkes", "sign them with"]
    with_key = ["--key", str(key_file), "--passphrase-file", str(passphrase_file), "--by", "Sari"]
    assert main(["sign", "gradasi", *with_key, *config]) == 0
    assert [one.name for one in web.store.authority.requests()] == ["dinkes"]
    assert main(["sign", *with_key, *config]) == 0
    printed = capsys.readouterr().out
    assert "agent dinkes: signed, good until " in printed
    assert "authority 1: its list of revoked ones is signed, good for 90 days" in printed
    signed = web.store.authority.certificates("agent")
    assert sorted((one.name, one.issued_by) for one in signed) == [("dinkes", "Sari"), ("gradasi", "Sari")]
    assert web.authority is not None
    assert web.authority.crl(CA).startswith(b"-----BEGIN X509 CRL-----")


def test_a_request_is_refused_by_its_name_alone(
    web: Served, config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ask(web)
    assert main(["sign", "--refuse", *config]) == 2
    assert main(["sign", "dinkes", "--refuse", *config]) == 2
    assert len(web.store.authority.requests()) == 1
    assert main(["sign", "gradasi", "--refuse", *config]) == 0
    assert web.store.authority.requests() == []
    assert "dinkes: no request of that name waits" in capsys.readouterr().err


def test_a_wrong_key_or_passphrase_is_one_line(
    config: list[str], key_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other, guess, none = tmp_path / "other.key", tmp_path / "guess", tmp_path / "none"
    other.write_bytes(private_pem(new_key()))
    guess.write_text("guess")
    for options in (
        ["--key", str(other)],
        ["--key", str(key_file), "--passphrase-file", str(guess)],
        ["--key", str(key_file), "--passphrase-file", str(none)],
        ["--key", str(key_file)],
        ["--key", str(none)],
        ["--key", str(guess)],
    ):
        assert main(["sign", *options, *config]) == 2
    said = capsys.readouterr().err.replace(str(tmp_path), "")
    assert said.splitlines() == [
        f"pantau-collector: {line}"
        for line in (
            "--key: /other.key: is the key of none of this collector's authorities; give another file",
            "--key: /stick.key: the passphrase is wrong, or the key is damaged; restore it from a backup",
            "--passphrase-file: /none: No such file or directory; write the passphrase into it",
            "--passphrase-file: the key has a passphrase; give its file, or use a terminal",
            "--key: /none: No such file or directory; give the file of the authority's key",
            "--key: /guess: is no private key in PEM; restore it from a backup",
        )
    ]
