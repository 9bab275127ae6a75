"""From the invitation to the end of a stolen box, with real programs."""

import json
import time
from collections.abc import Iterator

import pytest

from tests.alone import alone
from tests.netns import needs_namespaces
from tests.servers.mosquitto import needs_mosquitto
from tests.system.enrolling_room import EnrollingRoom, enrolling_room
from tests.system.programs import eventually, get

pytestmark = [needs_mosquitto, needs_namespaces, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EnrollingRoom]:
    with alone(), enrolling_room(tmp_path_factory.mktemp("room")) as running:
        yield running


def test_a_stolen_box_is_out_within_a_minute_and_the_other_notices_nothing(room: EnrollingRoom) -> None:
    code = room.code("gradasi")
    joined = room.join(code, "gradasi")
    assert joined.returncode == 0, joined.stderr
    assert "joined as gradasi; the certificate is good for 90 days" in joined.stdout
    assert room.join(room.code("dinkes"), "dinkes").returncode == 0
    with room.agent("gradasi") as stolen, room.agent("dinkes"):
        eventually(lambda: room.heard("gradasi") and room.heard("dinkes"), seconds=40, why=room.said)
        began = time.monotonic()
        room.command("revoke", "gradasi", "--why", "stolen")
        eventually(
            lambda: "certificate revoked" in stolen.said(),
            seconds=60,
            why=lambda: stolen.said() + room.said(),
        )
        assert time.monotonic() - began < 60
        eventually(lambda: not room.heard("gradasi"), seconds=60, why=room.said)
        assert room.heard("dinkes")
        assert room.sessions("dinkes") == 1
        assert json.loads(room.command("authority"))["barred"] == ["gradasi"]
        own = get(f"{room.page}/metrics") or ""
        assert "pantau_collector_barred_agents 1.0" in own
        assert "pantau_collector_revocation_list_in_force 1.0" in own
        assert "is revoked: ask the control room" in room.renew("gradasi").stderr
    used = room.join(code, "thief")
    assert used.returncode == 2
    assert "used this code before" in used.stderr


def test_a_reflashed_box_keeps_the_site(room: EnrollingRoom) -> None:
    assert room.join(room.code("gradasi"), "reflashed").returncode == 0
    with room.agent("reflashed") as program:
        eventually(lambda: room.heard("gradasi"), seconds=40, why=lambda: program.said() + room.said())
    assert json.loads(room.command("authority"))["barred"] == []


def test_the_city_moves_to_a_new_authority_without_a_visit(room: EnrollingRoom) -> None:
    assert room.join(room.code("posyandu"), "posyandu").returncode == 0
    assert room.join(room.code("dinkes"), "cupboard").returncode == 0
    with room.agent("posyandu") as program:
        eventually(lambda: room.heard("posyandu"), seconds=40, why=room.said)
        room.command("authority", "rollover")
        eventually(lambda: json.loads(room.command("authority"))["signing"] == 2, seconds=40, why=room.said)
        assert "posyandu" in json.loads(room.command("authority"))["behind"]
        renewed = room.renew("posyandu")  # an agent does so by itself within ten minutes
        assert renewed.returncode == 0, renewed.stderr
        assert "posyandu" not in json.loads(room.command("authority"))["behind"]
        room.command("authority", "finish")
        assert [one["number"] for one in json.loads(room.command("authority"))["authorities"]] == [2]
        room.broker.stop()
        room.broker.start()
        eventually(
            lambda: room.sessions("posyandu") >= 2, seconds=80, why=lambda: program.said() + room.said()
        )
    cupboard = room.renew("cupboard")  # which knows the old authority alone
    assert cupboard.returncode == 0, cupboard.stderr
    with room.agent("cupboard") as program:
        eventually(lambda: room.heard("dinkes"), seconds=60, why=lambda: program.said() + room.said())
