"""A blank Debian 12 box: a root made by debootstrap, in a network namespace behind this machine."""

import os
import pty
import select
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

NAMESPACE, OUTSIDE, INSIDE = "pantau-box", "pantau-out", "pantau-in"
HERE, THERE = "10.99.1.1", "10.99.1.2"
RULES = f"""
table ip pantau_lab {{
    chain out {{
        type nat hook postrouting priority srcnat;
        ip saddr {THERE} oifname != "{OUTSIDE}" masquerade
    }}
}}
"""
PROMPT = b"Kode undangan: "


def debian(cache: Path) -> Path:
    """A blank root, kept between runs."""
    root = cache / "bookworm"
    if not (root / "etc" / "debian_version").exists():
        shutil.rmtree(root, ignore_errors=True)
        cache.mkdir(parents=True, exist_ok=True)
        _run("debootstrap", "--variant=minbase", "bookworm", str(root))
    return root


@contextmanager
def network() -> Iterator[None]:
    """A cable between this machine and the box, and a way out for the box, as behind a router."""
    forward = Path("/proc/sys/net/ipv4/ip_forward")
    before = forward.read_text()
    _run("ip", "netns", "add", NAMESPACE)
    try:
        _run("ip", "link", "add", OUTSIDE, "type", "veth", "peer", "name", INSIDE, "netns", NAMESPACE)
        _run("ip", "address", "add", f"{HERE}/24", "dev", OUTSIDE)
        _run("ip", "link", "set", OUTSIDE, "up")
        for command in (
            f"ip address add {THERE}/24 dev {INSIDE}",
            f"ip link set {INSIDE} up",
            "ip link set lo up",
            f"ip route add default via {HERE}",
        ):
            _run("ip", "netns", "exec", NAMESPACE, *command.split())
        _run("nft", "-f", "-", text=RULES)
        forward.write_text("1")
        yield
    finally:
        forward.write_text(before)
        subprocess.run(["nft", "delete", "table", "ip", "pantau_lab"], capture_output=True)
        _run("ip", "netns", "delete", NAMESPACE)


class Box:
    """`root` is its disk; whatever runs on it ends with the box."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._watch = CommandLines(root)

    @property
    def command_lines(self) -> str:
        """All that ran on the box, as ps would have shown it."""
        return self._watch.seen

    def command(self, *command: str) -> list[str]:
        return ["ip", "netns", "exec", NAMESPACE, "chroot", str(self.root), *command]

    def type_at_prompt(self, command: Sequence[str], code: str, say: Callable[[str], None]) -> int:
        """Run it at a terminal, and type the code when it asks; the exit code."""
        child, terminal = pty.fork()
        if not child:
            os.execvp("ip", self.command(*command))
        shown = b""
        while True:
            with suppress(OSError):  # the terminal is gone with its program
                if select.select([terminal], [], [], 300)[0] and (piece := os.read(terminal, 4096)):
                    shown += piece
                    say(piece.decode(errors="replace"))
                    if shown.endswith(PROMPT):
                        shown = b""
                        os.write(terminal, code.encode() + b"\n")
                    continue
            break
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def files_with(self, text: str) -> list[str]:
        """Names of files on its disk that hold the text, in the places of logs, histories and settings."""
        places = [
            str(self.root / place)
            for place in ("root", "home", "var/log", "var/lib/pantau-agent", "etc", "tmp")
        ]
        found = subprocess.run(["grep", "-rIl", text, *places], capture_output=True, text=True)
        return found.stdout.split()


@contextmanager
def box(blank: Path, work: Path, files: Sequence[Path], hosts: str = "") -> Iterator[Box]:
    """A box with a copy of the blank disk, and the technician's stick in /media."""
    root = work / "root"
    _run("cp", "-a", str(blank), str(root))
    stick = root / "media" / "stick"
    stick.mkdir(parents=True)
    for file in files:
        _run("cp", "-r", str(file), str(stick))
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")
    if hosts:
        (root / "etc" / "hosts").write_text(f"127.0.0.1 localhost\n{hosts}\n")
    _run("mount", "-t", "proc", "proc", str(root / "proc"))
    _run("mount", "--rbind", "/dev", str(root / "dev"))
    _run("mount", "--make-rslave", str(root / "dev"))
    made = Box(root)
    try:
        with made._watch:
            yield made
    finally:
        _end_all(root)
        _run("umount", "-R", str(root / "dev"))
        _run("umount", str(root / "proc"))
        shutil.rmtree(root)


class CommandLines:
    """Reads the command lines of all processes with this root, again and again."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.seen = ""

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        lines = set[str]()
        while not self._stop.wait(0.01):
            for process in _processes(self._root):
                with suppress(OSError):
                    lines.add(
                        (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    )
            self.seen = "\n".join(sorted(lines))


def _processes(root: Path) -> list[Path]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "root").readlink() == root:
                found.append(process)
    return found


def _end_all(root: Path) -> None:
    deadline = time.monotonic() + 20
    while processes := _processes(root):
        assert time.monotonic() < deadline, f"processes of {root} do not end"
        for process in processes:
            with suppress(OSError):
                os.kill(int(process.name), 9)
        time.sleep(0.1)


def _run(*command: str, text: str | None = None) -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
