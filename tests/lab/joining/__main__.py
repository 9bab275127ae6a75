"""`make lab-join`: a blank Debian box joins by one command, timed; and somebody in between is found out.

Needs root, debootstrap, and the mirror that apt of this machine uses. Eight minutes at first, five later.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from collector.incidents import Incident
from tests.fakes.tiny_enrolment import TinyEnrolment
from tests.lab.joining.box import HERE, OUTSIDE, box, debian, network
from tests.lab.joining.control_room import SITE, ControlRoom, control_room
from tests.system.programs import REPOSITORY, eventually

CACHE = REPOSITORY / "var" / "lab-join"
AT_MOST_SECONDS = 300.0
INSTALL = ("sh", "/media/stick/install.sh")


def main() -> None:
    say(f"a blank Debian 12 in {CACHE}")
    blank = debian(CACHE)
    stick = [REPOSITORY / "deploy" / "box" / "install.sh", *wheels(CACHE)]
    with tempfile.TemporaryDirectory(prefix="lab-join-") as folder, network():
        work = Path(folder)
        work.chmod(0o755)  # Mosquitto is another user
        (work / "room").mkdir()
        with control_room(work / "room", HERE) as room:
            from_blank_to_acknowledged(room, blank, work / "first", stick)
            gone = eventually(room.silence, seconds=240, why=room.logs)
            from_blank_to_acknowledged(room, blank, work / "reflashed", stick)
            the_site_goes_on(room, gone)
            somebody_in_between(room, blank, work / "hijacked", stick)
    say("all is well")


def from_blank_to_acknowledged(room: ControlRoom, blank: Path, work: Path, stick: list[Path]) -> None:
    work.mkdir()
    with box(blank, work, stick) as machine:
        began = time.monotonic()
        code = room.invite()
        assert machine.type_at_prompt(INSTALL, code, show) == 0
        took = time.monotonic() - began
        eventually(room.hears, seconds=30, why=room.logs)
        say(f"{work.name}: from the invitation to acknowledged in {took:.0f} s")
        assert took <= AT_MOST_SECONDS
        secret = code.partition("/")[2]
        for part in (secret, secret.lower(), secret.replace("-", "")):
            assert part not in machine.command_lines, "the code stood in a command line"
            assert part not in room.logs(), "the code stands in a log of the control room"
            assert machine.files_with(part) == [], "the code stands in a file of the box"
        assert "pantau-agent" in machine.command_lines
    say(f"{work.name}: the code is in no command line, log or file")


def the_site_goes_on(room: ControlRoom, gone: Incident) -> None:
    """The reflashed box ends the incident that the lost one began, and no second agent has come to be."""
    eventually(lambda: room.incident(gone.id).status == "closed", seconds=240, why=room.logs)
    assert room.agents() == [SITE]
    say(f"reflashed: {SITE} goes on, and its incident of before has ended")


def somebody_in_between(room: ControlRoom, blank: Path, work: Path, stick: list[Path]) -> None:
    """Another server answers at the address of the invitation."""
    work.mkdir()
    thief = TinyEnrolment()
    with box(blank, work, stick) as machine, thief.serving(work):
        _redirect(thief.port)
        try:
            said: list[str] = []
            assert machine.type_at_prompt(INSTALL, room.invite(), said.append) == 2
        finally:
            subprocess.run(["nft", "delete", "table", "ip", "pantau_thief"], check=True)
        assert "answers in its place" in "".join(said), "".join(said)
        assert thief.requests == []
    say("somebody in between is found out, and was sent nothing")


def _redirect(port: int) -> None:
    rule = f"ip daddr {HERE} tcp dport 8471 dnat to 127.0.0.1:{port}"
    chain = f"chain in {{ type nat hook prerouting priority dstnat; {rule}; }}"
    text = f"table ip pantau_thief {{ {chain}; }}\n"
    subprocess.run(["sysctl", "-qw", f"net.ipv4.conf.{OUTSIDE}.route_localnet=1"], check=True)
    subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)


def wheels(cache: Path) -> list[Path]:
    """pantau's wheel, and a folder with those that it needs, as for a box on a metered link."""
    made, others = cache / "dist", cache / "wheels"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", str(made), str(REPOSITORY)]
    subprocess.run(build, check=True, timeout=300)
    [wheel] = made.glob("pantau-*.whl")
    subprocess.run([*pip, "download", "--dest", str(others), str(wheel)], check=True, timeout=300)
    for copy in others.glob("pantau-*.whl"):
        copy.unlink()
    return [wheel, others]


def show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def say(line: str) -> None:
    show(f"== {line}\n")


if __name__ == "__main__":
    main()
