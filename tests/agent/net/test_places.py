"""The gateway and the name servers, out of what Linux says of its routes and out of resolv.conf."""

from pathlib import Path

import pytest

from agent.net import places
from agent.net.failed import Failed
from agent.net.places import here, name_servers

HEAD = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
LAN = "eth0\t00000000\t0107A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
PPP = "ppp0\t00000000\t00000000\t0001\t0\t0\t{metric}\t00000000\t0\t0\t0\n"
TUNNEL_HALF = "tun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
REFUSED = "*\t00000000\t00000000\t0201\t0\t0\t50\t00000000\t0\t0\t0\n"
NONE = "0" * 32
LINK_LOCAL = "fe80" + "0" * 27 + "1"
V6 = f"{NONE} 00 {NONE} 00 {{hop}} {{metric}} 00000001 00000000 {{flags}} {{interface:>8}}\n"
LAN_V6 = V6.format(hop=LINK_LOCAL, metric="00000400", flags="00000003", interface="eth0")
PPP_V6 = V6.format(hop=NONE, metric="00000100", flags="00000001", interface="ppp0")
REFUSED_V6 = V6.format(hop=NONE, metric="ffffffff", flags="00200200", interface="lo")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("ROUTES", "ROUTES_V6", "RESOLVERS", "RESOLVERS_BEHIND_STUB"):
        monkeypatch.setattr(places, name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("routes", "routes_v6", "gateway"),
    [
        (LAN, "", "192.168.7.1"),
        (LAN, LAN_V6, "192.168.7.1"),
        ("", REFUSED_V6 + LAN_V6, "fe80::1%eth0"),
        (LAN + PPP.format(metric=700), "", "192.168.7.1"),
        (TUNNEL_HALF + LAN, "", "192.168.7.1"),
        (REFUSED + LAN, "", "192.168.7.1"),
        (PPP.format(metric=0), LAN_V6, "fe80::1%eth0"),
    ],
    ids=["IPv4", "both", "IPv6", "backup by LTE", "half of a tunnel's", "refused", "IPv6 beside ppp"],
)
def test_the_gateway_is_the_next_hop_of_the_best_default_route(
    machine: Path, routes: str, routes_v6: str, gateway: str
) -> None:
    (machine / "ROUTES").write_text(HEAD + routes)
    (machine / "ROUTES_V6").write_text(routes_v6)
    assert here("@gateway") == gateway


@pytest.mark.parametrize(
    ("routes", "routes_v6"),
    [(PPP.format(metric=0), REFUSED_V6), (LAN + PPP.format(metric=50), ""), ("", PPP_V6)],
    ids=["ppp", "LTE before the LAN", "IPv6"],
)
def test_a_point_to_point_link_has_nothing_to_ping_and_is_not_down(
    machine: Path, routes: str, routes_v6: str
) -> None:
    (machine / "ROUTES").write_text(HEAD + routes)
    (machine / "ROUTES_V6").write_text(routes_v6)
    with pytest.raises(Failed) as caught:
        here("@gateway")
    assert caught.value.reason == "setting"
    assert caught.value.detail == "the default route by ppp0 has no gateway: there is nothing to ping"


def test_no_default_route_is_a_finding(machine: Path) -> None:
    (machine / "ROUTES").write_text(HEAD + TUNNEL_HALF)
    (machine / "ROUTES_V6").write_text(REFUSED_V6)
    with pytest.raises(Failed) as caught:
        here("@gateway")
    assert (caught.value.reason, caught.value.detail) == ("unreachable", "this machine has no default route")


def test_three_name_servers_are_known_and_what_is_no_address_is_passed_over(machine: Path) -> None:
    lines = ["nameserver dns.example", "# nameserver 10.0.0.9", "nameserver fe80::1%eth0 # the router"]
    lines += [f"nameserver 10.0.0.{number}" for number in range(1, 5)]
    (machine / "RESOLVERS").write_bytes("\n".join(lines).encode() + b"\nsearch caf\xe9\n")
    assert name_servers() == ["fe80::1%eth0", "10.0.0.1", "10.0.0.2"]
    assert here("@resolver3") == "10.0.0.2"


@pytest.mark.parametrize("stub", ["127.0.0.53", "127.0.0.54"])
def test_behind_systemd_s_stub_the_real_name_servers_are_asked(machine: Path, stub: str) -> None:
    (machine / "RESOLVERS").write_text(f"nameserver {stub}\n")
    (machine / "RESOLVERS_BEHIND_STUB").write_text("nameserver 10.0.0.1\n")
    assert here("@resolver") == "10.0.0.1"


@pytest.mark.parametrize(("servers", "reason"), [("", "resolve"), ("nameserver 10.0.0.1\n", "setting")])
def test_a_second_name_server_that_is_not_there_is_no_outage(
    machine: Path, servers: str, reason: str
) -> None:
    (machine / "RESOLVERS").write_text(servers)
    with pytest.raises(Failed) as caught:
        here("@resolver2")
    assert caught.value.reason == reason
