import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from agent.probes.icmp.sockets import REMEDY, EchoSocket, Failure, NotSent, Reply
from tests.agent.probes.icmp.conftest import Path
from tests.netns import Host, needs_namespaces

pytestmark = needs_namespaces

V4, V6 = socket.AF_INET, socket.AF_INET6
SERVER = {V4: ("10.0.2.2", 0), V6: ("fd00:2::2", 0, 0, 0)}
NOWHERE = {V4: ("10.0.9.9", 0), V6: ("fd00:9::9", 0, 0, 0)}
TOKEN = b"mytoken8"
FAMILIES = pytest.mark.parametrize("family", [V4, V6], ids=["v4", "v6"])
KINDS = pytest.mark.parametrize("raw", [False, True], ids=["ping", "raw"])


@contextmanager
def opened(host: Host, family: socket.AddressFamily, raw: bool = False) -> Iterator[EchoSocket]:
    host.sysctl("net.ipv4.ping_group_range", "1 0" if raw else "0 2147483647")
    with host.entered():
        echo_socket = EchoSocket(family)
    try:
        assert echo_socket.raw is raw
        yield echo_socket
    finally:
        echo_socket.close()


def wait(echo_socket: EchoSocket, event: int) -> None:
    poller = select.poll()
    poller.register(echo_socket.fileno(), event)
    deadline = time.monotonic() + 5
    # An error is always reported, also when one waits for a reply.
    while not any(events & event for _, events in poller.poll(5000)):
        assert time.monotonic() < deadline, "nothing came in"


def reply_to(echo_socket: EchoSocket) -> Reply:
    wait(echo_socket, select.POLLIN)
    (reply,) = echo_socket.replies()
    return reply


def failure_of(echo_socket: EchoSocket) -> Failure:
    while True:
        wait(echo_socket, select.POLLERR)
        for failure in echo_socket.failures():
            return failure


@KINDS
@FAMILIES
def test_an_echo_comes_back_with_its_peer_sequence_and_token(
    path: Path, family: socket.AddressFamily, raw: bool
) -> None:
    with opened(path.agent, family, raw) as echo_socket:
        echo_socket.send(SERVER[family], 513, TOKEN)
        reply = reply_to(echo_socket)
        assert (reply.peer, reply.echo.sequence, reply.echo.token) == (SERVER[family], 513, TOKEN)


@KINDS
@FAMILIES
def test_a_router_that_has_no_route_says_so_of_the_echo(
    path: Path, family: socket.AddressFamily, raw: bool
) -> None:
    with opened(path.agent, family, raw) as echo_socket:
        echo_socket.send(NOWHERE[family], 7, TOKEN)
        failure = failure_of(echo_socket)
        assert (failure.peer, failure.echo.sequence, failure.echo.token) == (NOWHERE[family], 7, TOKEN)
        assert failure.reason == "unreachable"


@KINDS
@FAMILIES
def test_a_pending_error_of_one_target_does_not_stop_an_echo_to_another(
    path: Path, family: socket.AddressFamily, raw: bool
) -> None:
    with opened(path.agent, family, raw) as echo_socket:
        echo_socket.send(NOWHERE[family], 1, TOKEN)
        wait(echo_socket, select.POLLERR)
        echo_socket.send(SERVER[family], 2, TOKEN)
        assert reply_to(echo_socket).echo.sequence == 2
        assert [failure.echo.sequence for failure in echo_socket.failures()] == [1]


def test_routes_in_a_loop_are_told_as_unreachable(path: Path) -> None:
    path.router.run("ip", "route", "add", "10.0.9.0/24", "via", "10.0.2.2")
    with opened(path.agent, V4) as echo_socket:
        echo_socket.send(NOWHERE[V4], 1, TOKEN)
        assert failure_of(echo_socket).reason == "unreachable"


def test_a_redirect_is_no_failure(path: Path) -> None:
    path.router.run("ip", "route", "add", "10.0.9.0/24", "via", "10.0.1.3")
    with opened(path.agent, V4) as echo_socket:
        echo_socket.send(NOWHERE[V4], 1, TOKEN)
        wait(echo_socket, select.POLLERR)
        assert list(echo_socket.failures()) == []


def test_a_host_that_rejects_echoes_refuses(path: Path) -> None:
    path.server.firewall("input", "meta l4proto icmp reject with icmp type port-unreachable")
    with opened(path.agent, V4) as echo_socket:
        echo_socket.send(SERVER[V4], 1, TOKEN)
        assert failure_of(echo_socket).reason == "refused"


def reason_not_sent(echo_socket: EchoSocket, *peer: object) -> str | None:
    with pytest.raises(NotSent) as raised:
        echo_socket.send(peer, 1, TOKEN)
    return raised.value.reason


def test_an_echo_that_cannot_leave_says_why(path: Path) -> None:
    with opened(path.agent, V4) as echo_socket:
        assert reason_not_sent(echo_socket, "10.0.1.255", 0) == "setting"
        path.agent.run("ip", "route", "del", "default")
        assert reason_not_sent(echo_socket, "10.0.2.2", 0) == "unreachable"
        path.agent.firewall("output", "drop")
        assert reason_not_sent(echo_socket, "10.0.1.1", 0) == "permission"
    with opened(path.agent, V6) as echo_socket:
        assert reason_not_sent(echo_socket, "fe80::1", 0, 0, 0) == "setting"


def test_a_raw_socket_does_not_take_another_programs_echoes_for_its_own(path: Path) -> None:
    with opened(path.agent, V4, raw=True) as ours, opened(path.agent, V4, raw=True) as theirs:
        theirs.send(SERVER[V4], 1, TOKEN)
        ours.send(SERVER[V4], 2, TOKEN)
        assert [reply.echo.sequence for reply in _two_datagrams(ours)] == [2]


def _two_datagrams(echo_socket: EchoSocket) -> Iterator[Reply]:
    for _ in range(2):
        wait(echo_socket, select.POLLIN)
        yield from echo_socket.replies()
        if echo_socket.drained:
            return


def test_without_permission_the_command_that_gives_it_is_told(path: Path) -> None:
    path.agent.sysctl("net.ipv4.ping_group_range", "1 0")
    program = (
        "import socket\n"
        "from agent.probes.icmp.sockets import EchoSocket, IcmpNotPermitted\n"
        "try: EchoSocket(socket.AF_INET)\n"
        "except IcmpNotPermitted as error: print(error)\n"
    )
    unprivileged = ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", "--")
    said = path.agent.run(*unprivileged, sys.executable, "-c", program)
    assert REMEDY in said
    assert said.count("\n") == 1
    assert subprocess.run(["sh", "-nc", REMEDY], check=False).returncode == 0
