from pathlib import Path

import pytest

from agent.net.failed import Failed
from agent.probes.snmp.secrets import secret


def test_a_service_reads_no_credentials_but_those_in_the_folder_of_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secrets_snmp").write_text("public\n")
    (tmp_path / "key").write_text("the key of the agent's certificate")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret("snmp") == "public"
    with pytest.raises(Failed, match=r"No such file.* into /etc/pantau/secrets/key and restart the agent"):
        secret("key")


def test_without_systemd_it_is_a_file_of_the_folder_and_no_name_leads_out_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := tmp_path / "secrets").mkdir()
    (folder / "snmp").write_text("public")
    (tmp_path / "key").write_text("the key of the agent's certificate")
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", folder)
    assert secret("snmp") == "public"
    with pytest.raises(Failed, match="No such file"):
        secret("../key")


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfpublic\r\n", b"public \n", "public\u200b\n".encode()])
def test_blanks_that_an_editor_left_are_no_part_of_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """A blank is said, once: it might have been meant."""
    (tmp_path / "secrets_snmp").write_bytes(content)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret("snmp") == secret("snmp") == "public"
    said = (
        [] if b"\xbf" in content else [f"{tmp_path / 'secrets_snmp'}: blanks around the secret are left out"]
    )
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == said


def test_a_secret_in_utf_16_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secrets_snmp").write_bytes("public".encode("utf-16"))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(Failed, match="is UTF-16; save it as UTF-8; put the secret into"):
        secret("snmp")
