"""A person signs, since the collector does not know the passphrase of the key: with real programs."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alone import alone
from tests.netns import needs_namespaces
from tests.servers.mosquitto import needs_mosquitto
from tests.system.enrolling_room import EnrollingRoom, enrolling_room
from tests.system.programs import eventually

pytestmark = [needs_mosquitto, needs_namespaces, pytest.mark.timeout(300)]
PASSPHRASE = "kunci rahasia"


@pytest.fixture(scope="module")
def passphrase_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("person") / "passphrase"
    file.write_text(PASSPHRASE)
    return file


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, passphrase_file: Path) -> Iterator[EnrollingRoom]:
    with alone(), enrolling_room(tmp_path_factory.mktemp("room"), str(passphrase_file)) as running:
        yield running


def test_a_person_signs_joins_and_a_revocation(room: EnrollingRoom, passphrase_file: Path) -> None:
    key = room.folder / "authority" / "ca" / "1.key"
    signing = ("sign", "--key", str(key), "--passphrase-file", str(passphrase_file))
    for box in ("first", "reflashed"):
        code = room.code("gradasi")
        room.leave_waiting(code, box)
        assert [one["name"] for one in json.loads(room.command("sign"))["waiting"]] == ["gradasi"]
        assert [one["name"] for one in json.loads(room.command(*signing))["signed"]] == ["gradasi"]
        joined = room.join(code, box)
        assert joined.returncode == 0, joined.stderr
        with room.agent(box) as program:
            eventually(lambda: room.heard("gradasi"), seconds=40, why=lambda: program.said() + room.said())
        if box == "first":
            room.command("revoke", "gradasi", "--why", "stolen")
            room.command(*signing)
            eventually(
                lambda: json.loads(room.command("authority"))["list_in_force"], seconds=60, why=room.said
            )
            with room.agent(box) as program:
                eventually(
                    lambda: "certificate revoked" in program.said(),
                    seconds=40,
                    why=lambda: program.said() + room.said(),
                )
    assert PASSPHRASE not in room.said()
