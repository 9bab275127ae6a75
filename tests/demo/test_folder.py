"""The demo empties its own directory, and no other."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from collector import inventory
from collector.config import load
from demo.folder import BadDirectory, Ports, alone_in, made_anew

CITY = Path(__file__).parents[2] / "demo/city"


def test_a_start_finds_nothing_of_the_one_before(tmp_path: Path) -> None:
    folder = made_anew(tmp_path / "demo", CITY)
    (folder.path / "pantau.sqlite").write_text("old")
    again = made_anew(tmp_path / "demo", CITY)
    assert again == folder
    assert sorted(one.name for one in again.path.iterdir()) == ["SIMULATION.txt", "inventory"]
    assert (again.inventory / "city.toml").read_text() == (CITY / "city.toml").read_text()


def test_a_directory_with_other_files_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(BadDirectory) as refused:
        made_anew(tmp_path, CITY)
    assert (
        str(refused.value) == f"--directory: {tmp_path}: holds files that no demo made; choose an empty one"
    )
    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_a_directory_that_nobody_may_write_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadDirectory) as refused:
        made_anew(tmp_path / "file" / "demo", CITY)
    assert str(refused.value) == f"--directory: {tmp_path / 'file' / 'demo'}: Not a directory; choose another"


def test_a_second_demo_does_not_empty_the_directory_of_the_first(tmp_path: Path) -> None:
    with alone_in(tmp_path / "demo"):
        made_anew(tmp_path / "demo", CITY)
        with pytest.raises(BadDirectory, match="another demo runs in it"), alone_in(tmp_path / "demo"):
            pass

    with alone_in(tmp_path / "demo"):
        made_anew(tmp_path / "demo", CITY)


def test_a_disk_that_is_too_full_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**22))
    with pytest.raises(BadDirectory) as refused:
        made_anew(tmp_path / "demo", CITY)
    said = "has 4 MiB free, and the demo needs 100; choose another"
    assert str(refused.value) == f"--directory: {tmp_path / 'demo'}: {said}"


def test_a_disk_that_fills_up_meanwhile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise shutil.Error([("a.csv", "b.csv", "[Errno 28] No space left on device")])

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(BadDirectory, match=r"No space left on device; choose another"):
        made_anew(tmp_path / "demo", CITY)


def test_the_collectors_settings_say_that_all_is_simulated(tmp_path: Path) -> None:
    folder = made_anew(tmp_path / "demo", CITY)
    folder.configure(Ports(web=8470, broker=1884, mailbox=1885, prometheus=0))
    config = load(folder.collector_config)
    assert (config.simulation, config.web.port, config.broker.port) == (True, 8470, 1884)
    assert config.history.remote_write_url == ""


def test_no_message_leaves_the_machine(tmp_path: Path) -> None:
    folder = made_anew(tmp_path / "demo", CITY)
    folder.configure(Ports(web=8470, broker=1884, mailbox=1885, prometheus=1886))
    city = inventory.load(folder.inventory)
    hooks = [receiver.webhook for receiver in city.receivers.values()]
    assert all(hook is not None and hook.url.startswith("http://127.0.0.1:1885/") for hook in hooks)
    assert {person.receiver for person in city.duty.values()} <= {"", *city.receivers}
    assert (city.page_url, city.ticket_url_file) == ("http://127.0.0.1:8470", "")
    url = load(folder.collector_config).history.remote_write_url
    assert url == "http://127.0.0.1:1886/api/v1/write"
