"""docs/install.md and docs/pasang.md, command by command, until agents have their work from the collector."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.deploy.guide import Machine, blocks, machine
from tests.netns import Lab, lab, needs_namespaces
from tests.servers.mosquitto import needs_mosquitto
from tests.servers.prometheus import needs_prometheus
from tests.system.programs import REPOSITORY, Program, eventually

pytestmark = [
    needs_mosquitto,
    needs_namespaces,
    needs_prometheus,
    pytest.mark.skipif(not shutil.which("curl"), reason="needs curl"),
    pytest.mark.timeout(300),
]

COLLECTOR = ("install.md", "2. The collector's machine")
INVITE, ON_THE_BOX = blocks("install.md", "3. An agent")
INSTALL = REPOSITORY / "deploy" / "box" / "install.sh"
NUMBERS = count(1)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def network() -> Iterator[Lab]:
    with lab() as built:
        yield built


@pytest.fixture(scope="module")
def room(network: Lab, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The collector's machine, with broker and collector as the guide has them."""
    every = blocks(*COLLECTOR)
    (running,) = [number for number, block in enumerate(every) if block.startswith("curl ")]
    with machine(network.host("room"), tmp_path_factory.mktemp("room")) as made:
        shutil.copy(wheel, made.path("/root"))
        for block in every[:running]:
            made.follow(block)
        with made.path("/etc/pantau/inventory/city.toml").open("a") as city:
            city.write("\n".join(blocks(*COLLECTOR, "toml")))
        with (
            made.runs("mosquitto", "mosquitto", "-c", "/etc/pantau/mosquitto/mosquitto.conf") as broker,
            made.service("pantau-collector") as collector,
        ):
            ready = "curl -sf http://127.0.0.1:8470/readyz || true"
            eventually(lambda: made.follow(ready), why=lambda: broker.said() + collector.said())
            for block in every[running:]:
                made.follow(block)
            yield made


@pytest.fixture
def box(network: Lab, room: Machine, tmp_path: Path) -> Iterator[Machine]:
    """Of an agent: it knows the collector's machine by name, and as its gateway."""
    number = next(NUMBERS)
    host = network.host(f"box{number}")
    network.cable(room.host, f"10.99.{number}.1/24", host, f"10.99.{number}.2/24")
    network.settle()
    host.run("ip", "route", "add", "default", "via", f"10.99.{number}.1")
    with machine(host, tmp_path) as made:
        with made.path("/etc/hosts").open("a") as hosts:
            hosts.write("10.99.1.1 pantau.example\n")
        yield made


@contextmanager
def at_work(box: Machine) -> Iterator[Program]:
    assigned = re.compile(r"assignment [1-9]\d+: [1-9]\d* probes")
    with box.service("pantau-agent") as agent:
        eventually(lambda: assigned.search(agent.said()), why=agent.said)
        yield agent


def end_agent_of_script(box: Machine) -> None:
    """Without systemd, install.sh has started it."""
    box.follow("pid=$(cat /run/pantau-agent.pid); kill $pid; tail --pid=$pid -f /dev/null")


def invited(room: Machine, site: str) -> str:
    """The code, as a technician reads it from what the command prints."""
    said = room.follow(INVITE.replace("gradasi", site))
    (code,) = re.findall(r"^ +(PANTAU\.EXAMPLE/\S+)$", said, re.MULTILINE)
    return str(code)


def test_the_collector_s_machine_is_whole(room: Machine) -> None:
    room.follow("/opt/pantau/bin/pantau-collector check /etc/pantau/inventory")
    room.follow("promtool check config /etc/pantau/prometheus/prometheus.yml")
    room.follow("amtool check-config /etc/pantau/alertmanager/alertmanager.yml")
    assert room.follow("/opt/pantau/bin/pantau-collector incidents") == "no open incident\n"
    assert len(list(room.path("/etc/pantau/grafana/json").glob("*.json"))) == 8


def test_a_second_setup_beside_the_running_collector_changes_nothing(room: Machine) -> None:
    assert room.follow("/opt/pantau/bin/pantau-collector setup") == "nothing was changed\n"


def test_only_what_has_something_new_is_to_start_again(room: Machine) -> None:
    room.path("/etc/pantau/prometheus/rules/alerts.yml").unlink()
    assert room.follow("/opt/pantau/bin/pantau-collector setup").splitlines() == [
        "/etc/pantau/prometheus/rules/alerts.yml: written",
        "  systemctl daemon-reload",
        "  systemctl enable prometheus",
        "  systemctl restart prometheus",
    ]


def test_prometheus_and_alertmanager_run_by_their_drop_ins(room: Machine) -> None:
    with room.runs("prometheus", *by_drop_in(room, "prometheus")) as prometheus:
        question = "http://127.0.0.1:9090/api/v1/query?query=min(up%7Bjob=~%22pantau-.*%22%7D)"
        well = f"""curl -s '{question}' | grep '"1"' || true"""
        eventually(lambda: room.follow(well), seconds=60, why=prometheus.said)
    with room.runs("alertmanager", *by_drop_in(room, "prometheus-alertmanager")) as alertmanager:
        ready = "curl -sf http://127.0.0.1:9093/-/ready || true"
        eventually(lambda: room.follow(ready), seconds=30, why=alertmanager.said)


def by_drop_in(room: Machine, service: str) -> list[str]:
    """The command, without the flags that a person may add."""
    drop_in = room.path(f"/etc/systemd/system/{service}.service.d/pantau.conf").read_text()
    (start,) = re.findall(r"^ExecStart=(.+)$", drop_in, re.MULTILINE)
    return [word for word in shlex.split(start) if word != "$ARGS"]


def test_an_agent_by_the_guide_has_work_from_the_collector(room: Machine, box: Machine, wheel: Path) -> None:
    for file in (wheel, INSTALL):
        shutil.copy(file, box.path("/root"))
    done = box.follow(f"cd /root\n{ON_THE_BOX}", typed=invited(room, "gradasi"))
    assert "done: the control room has acknowledged the reports of this box" in done
    end_agent_of_script(box)
    with at_work(box):
        heard = "curl -s http://127.0.0.1:8470/metrics/city | grep '^pantau_agent_up.*gradasi.* 1' || true"
        eventually(lambda: room.follow(heard), seconds=40)


def test_an_agent_by_the_technician_s_page_has_work_too(room: Machine, box: Machine, wheel: Path) -> None:
    stick = box.path("/media/stick")
    stick.mkdir()
    for file in (wheel, INSTALL):
        shutil.copy(file, stick)
    (install,) = blocks("pasang.md", "Memasang")
    (look,) = blocks("pasang.md", "Memeriksa")
    done = box.follow(f"cd /media/stick\n{install}", typed=invited(room, "posyandu").lower())
    assert "selesai: ruang kendali sudah menerima laporan dari kotak ini" in done
    end_agent_of_script(box)
    with at_work(box):
        assert box.follow(look).startswith("OK ")
