"""A box joins over real HTTPS: with the right code, with a wrong one, and past somebody in between."""

import os
import tomllib
from pathlib import Path

import pytest

from agent.cli.join import UnsafeCode, join_by_person
from agent.joining.answers import NotJoined
from agent.joining.join import Box, join
from agent.joining.keys import belongs
from tests.fakes.tiny_enrolment import TinyAuthority, TinyEnrolment
from wire.joining import Joined


def box(folder: Path) -> Box:
    return Box(folder / "etc" / "agent.toml", folder / "state", "0.1.0", clock_kept=False)


def joined(folder: Path, code: str, said: list[str] | None = None) -> Joined:
    said = [] if said is None else said
    return join(code, box(folder), said.append, sleep=lambda seconds: None)


def key_and_certificate(folder: Path) -> tuple[bytes, str]:
    whole = (folder / "state" / "identity" / "agent.pem").read_bytes()
    key, begin, rest = whole.partition(b"-----BEGIN CERTIFICATE-----")
    return key, (begin + rest).decode()


def test_a_box_with_the_right_code_gets_an_identity_and_settings(tmp_path: Path) -> None:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        joined(tmp_path, enrolment.code("gradasi"))
    key, certificate = key_and_certificate(tmp_path)
    assert certificate == enrolment.issued[0]
    assert belongs(certificate, key)
    settings = tomllib.loads((tmp_path / "etc" / "agent.toml").read_text())
    assert settings["agent"] == "gradasi"
    assert settings["broker"]["fallback_port"] == 443
    assert settings["broker"]["certificate_file"] == settings["broker"]["key_file"]
    assert settings["enrolment"] == {"host": "127.0.0.1", "port": enrolment.port}


def test_the_key_never_leaves_the_box_and_others_cannot_read_it(tmp_path: Path) -> None:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        joined(tmp_path, enrolment.code("gradasi"))
    key, _ = key_and_certificate(tmp_path)
    assert all(key.decode().splitlines()[1] not in repr(request) for request in enrolment.requests)
    assert (tmp_path / "state" / "identity" / "agent.pem").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "state" / "identity").stat().st_mode & 0o777 == 0o700


def test_a_lost_answer_costs_nothing(tmp_path: Path) -> None:
    """The box asks again with the same key, so the code is not used by another one."""
    with TinyEnrolment().serving(tmp_path) as enrolment:
        code = enrolment.code("gradasi")
        enrolment.lost = 1
        with pytest.raises(NotJoined):
            joined(tmp_path, code)
        assert joined(tmp_path, code).agent == "gradasi"
    assert not (tmp_path / "state" / "identity" / "pending.key").exists()


def test_a_box_waits_for_a_person_who_signs(tmp_path: Path) -> None:
    said: list[str] = []
    with TinyEnrolment().serving(tmp_path) as enrolment:
        enrolment.waiting = 2
        assert joined(tmp_path, enrolment.code("gradasi"), said).agent == "gradasi"
    assert len(said) == 2
    assert "menunggu tanda tangan" in said[0]


def test_a_used_code_is_refused_in_two_languages(tmp_path: Path) -> None:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        code = enrolment.code("gradasi")
        joined(tmp_path / "first", code)
        with pytest.raises(NotJoined, match=r"used this code before(.|\n)*sudah pernah dipakai"):
            joined(tmp_path / "second", code)


def test_somebody_with_another_authority_gets_nothing(tmp_path: Path) -> None:
    """One that names its own authority, and one that names the right one without its key."""
    with TinyEnrolment().serving(tmp_path) as enrolment:
        code = enrolment.code("gradasi")
    thief = TinyEnrolment()
    with thief.serving(tmp_path):
        hijacked = code.replace(str(enrolment.port), str(thief.port))
        with pytest.raises(NotJoined, match="it has a slip"):
            joined(tmp_path, hijacked)
        thief.authority.pem, right = enrolment.authority.pem, thief.authority.pem
        with pytest.raises(NotJoined, match="in its place"):
            joined(tmp_path, TinyEnrolment.code(_as_seen_from(enrolment, thief.port), "gradasi"))
        thief.authority.pem = right
        with pytest.raises(NotJoined, match="another authority than the code's"):
            joined(tmp_path, TinyEnrolment.code(_as_seen_from(enrolment, thief.port), "gradasi"))
    assert thief.requests == []


def _as_seen_from(enrolment: TinyEnrolment, port: int) -> TinyEnrolment:
    """The invitation of this authority, with an address at which another one answers."""
    seen = TinyEnrolment(enrolment.authority)
    seen.port = port
    return seen


def test_a_server_without_tls_is_not_pantau(tmp_path: Path) -> None:
    enrolment = TinyEnrolment(TinyAuthority())
    with TinyEnrolment().serving(tmp_path) as other:
        enrolment.port = other.port
    with pytest.raises(NotJoined, match=r"nothing listens at 127\.0\.0\.1"):
        joined(tmp_path, enrolment.code("gradasi"))


def test_settings_of_a_person_stay(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    file = tmp_path / "etc" / "agent.toml"
    old = """# ours
agent = "old"
report_interval_seconds = 30

[broker]
host = "old.example"

[allow]
networks = ["10.61.0.0/16"]
"""
    file.write_text(old)
    with TinyEnrolment().serving(tmp_path) as enrolment:
        joined(tmp_path, enrolment.code("gradasi"))
        first = file.read_text()
        joined(tmp_path, enrolment.code("gradasi", 2))
    settings = tomllib.loads(first)
    assert settings["report_interval_seconds"] == 30
    assert settings["allow"] == {"networks": ["10.61.0.0/16"]}
    assert (settings["agent"], settings["broker"]["host"]) == ("gradasi", "localhost")
    assert "# ours" in first
    assert file.read_text() == first
    assert file.with_name("agent.toml.before").read_text() == old


def test_a_code_on_the_command_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeCode, match="history of the shell"):
        join_by_person(["pantau.example/ABC"], None, tmp_path / "agent.toml", tmp_path)


def test_a_code_comes_from_a_file(tmp_path: Path) -> None:
    with TinyEnrolment().serving(tmp_path) as enrolment:
        (tmp_path / "code").write_text(enrolment.code("gradasi") + "\n")
        lines = join_by_person([], tmp_path / "code", tmp_path / "agent.toml", tmp_path / "state")
    assert lines[0] == "joined as gradasi; the certificate is good for 89 days and renews by itself"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o500)
    with TinyEnrolment().serving(tmp_path) as enrolment, pytest.raises(NotJoined, match="run it as root"):
        joined(tmp_path, enrolment.code("gradasi"))
