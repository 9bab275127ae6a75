"""What stands under a file's name may be anything."""

import os
import ssl
from pathlib import Path

import pytest

from agent.net.failed import Failed
from agent.probes.http import certificates
from agent.probes.snmp.secrets import secret
from collector.inventory.load import load
from collector.inventory.problem import BadInventory
from collector.notify.channels.secrets import lines
from runtime.broker.settings import Broker
from runtime.broker.tls import common_name, credentials
from runtime.files.reading import SECRET_BYTES_AT_MOST, data


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """Nobody writes into it: who opens it as a file waits for ever."""
    made = tmp_path / "pipe"
    os.mkfifo(made)
    return made


def test_a_file_is_read_whole_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"all of it")
    (tmp_path / "link").symlink_to("file")
    assert data(tmp_path / "link") == b"all of it"


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "/"])
def test_a_device_or_a_folder_is_none(name: str) -> None:
    with pytest.raises(OSError, match=r"not a regular file|Is a directory"):
        data(Path(name))


def test_more_than_the_bound_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(bytes(SECRET_BYTES_AT_MOST + 1))
    with pytest.raises(OSError, match="larger than 64 KiB"):
        data(large, SECRET_BYTES_AT_MOST)


def test_a_pipe_in_place_of_what_the_broker_settings_name_is_told_at_once(pipe: Path, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"ca_file .*pipe: is not a regular file"):
        credentials(Broker(ca_file=str(pipe)))
    with pytest.raises(OSError, match="is not a regular file"):
        credentials(Broker(username="x", password_file=str(pipe)))
    authorities = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
    if Path(authorities).exists():
        with pytest.raises(OSError, match=r"certificate_file .*: is not a regular file"):
            credentials(Broker(ca_file=authorities, certificate_file=str(pipe), key_file=str(pipe)))
    assert common_name(str(pipe)) == ""


def test_a_pipe_in_place_of_a_probes_ca_file_or_secret_is_told_at_once(
    pipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError, match="is not a regular file"):
        certificates.context(str(pipe), verify=True)
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", pipe.parent)
    with pytest.raises(Failed, match="is not a regular file"):
        secret(pipe.name)


def test_a_pipe_in_place_of_a_receivers_secret_or_the_inventory_is_told_at_once(pipe: Path) -> None:
    with pytest.raises(OSError, match="is not a regular file"):
        lines(pipe)
    inventory = pipe.parent / "city.toml"
    pipe.rename(inventory)
    with pytest.raises(BadInventory, match="is not a regular file"):
        load(inventory)
