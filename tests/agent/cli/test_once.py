"""`pantau-agent probe`: each kind against a real part, as a person at the command line sees it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.__main__ import main
from agent.cli.once import settings_for
from runtime.settings import BadConfig
from tests.alone import alone
from tests.free_ports import free_port
from tests.netns import needs_namespaces
from tests.servers.dnsmasq import dnsmasq, needs_dnsmasq
from tests.servers.nginx import Nginx, needs_nginx, nginx
from tests.servers.snmpd import COMMUNITY, needs_snmpd, snmpd
from wire.probes import Dns, Http, Icmp, Snmp, Tcp

MILLISECONDS = r" +\d+\.\d{3} ms"


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str]]:
    """The exit code, and the lines with their figures taken out."""
    code = main(["probe", *arguments])
    return code, [re.sub(MILLISECONDS, " … ms", line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    with nginx(tmp_path_factory.mktemp("nginx"), {}) as running:
        yield running


@needs_nginx
def test_a_tcp_port_that_is_open(web: Nginx, capsys: pytest.CaptureFixture[str]) -> None:
    target = f"127.0.0.1:{web.port}"
    assert shown(capsys, "tcp", target) == (0, [f"OK       tcp {target}", "  connect … ms"])


def test_a_tcp_port_that_is_closed_is_a_failure_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    said = f"FAILED   tcp [::1]:{port}: refused: ::1 port {port}: Connection refused"
    assert shown(capsys, "tcp", f"[::1]:{port}") == (1, [said])


@needs_nginx
def test_a_page_in_its_phases(web: Nginx, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{web.port}/"
    code, lines = shown(capsys, "http", url, "body_contains=Dinas Kesehatan", "timeout_seconds=5")
    assert code == 0
    assert lines == [
        f"OK       http {url}",
        "  connect … ms",
        "  processing … ms",
        "  transfer … ms",
        "  status      200",
        "  body        33 bytes",
    ]


@needs_dnsmasq
def test_a_name_server_asked_for_a_name_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    with dnsmasq() as port:
        target = f"127.0.0.1:{port}"
        assert shown(capsys, "dns", target, "name=app.example", 'answers=["10.61.0.10"]') == (
            0,
            [f"OK       dns {target}", "  lookup … ms", "  response code  NOERROR"],
        )
        code, lines = shown(capsys, "dns", target, "name=gone.example")
    assert code == 1
    assert lines[0] == (
        f"FAILED   dns {target}: answer: 127.0.0.1 says gone.example A is NXDOMAIN, expected NOERROR"
    )


@needs_namespaces
def test_echoes_and_what_became_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    with alone():
        code, lines = shown(capsys, "icmp", "127.0.0.9", "period_seconds=0.25")
        gone = shown(capsys, "icmp", "10.61.9.1")
    assert code == 0
    assert lines[0] == "OK       icmp 127.0.0.9"
    assert lines[1].startswith("  replies ")
    assert lines[2:] == [
        "  loss                0.0%",
        "  round trip, min … ms",
        "  round trip, median … ms",
        "  round trip, max … ms",
        "  delay variation … ms",
        "  icmplib meanwhile   3 of 3 replies, … ms at best",
    ]
    assert gone[0] == 1
    assert gone[1][0] == "FAILED   icmp 10.61.9.1: unreachable: no reply from 10.61.9.1"
    assert gone[1][-1] == "  icmplib meanwhile  0 of 3 replies"


def test_an_address_to_which_no_echo_can_leave_is_told_with_the_remedy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = "255.255.255.255"
    code, lines = shown(capsys, "icmp", address, "period_seconds=0.25")
    assert code == 1
    assert lines[0] == (
        f"NOT RUN  icmp {address}: setting: no echo can leave for {address}: "
        "write one machine's address, fe80::… with its %interface"
    )


@needs_snmpd
def test_a_device_with_its_interfaces(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    (tmp_path / "snmp").write_text(COMMUNITY)
    with snmpd(tmp_path) as port:
        target = f"127.0.0.1:{port}"
        code, lines = shown(capsys, "snmp", target, 'interfaces=["lo"]')
        assert main(["probe", "snmp", target, "--json"]) == 0
    assert code == 0
    assert lines[0] == f"OK       snmp {target}"
    told = {name: words for name, _, words in (line.strip().partition("  ") for line in lines)}
    assert told["device"].strip().startswith("net-snmp Linux ")
    assert "interfaces" in told["profiles"].split()
    assert re.fullmatch(r"(\d+ days?, )?\d+:\d\d:\d\d", told["running for"].strip())
    agreed = r"sysDescr Linux .+, sysObjectID 1\.3\.6\.1\.4\.1\.8072\.3\.2\.10, sysUpTime \d+"
    assert re.fullmatch(agreed, told["pysnmp agrees"].strip())
    (loopback,) = [line for line in lines if re.match(r"  lo +up ", line)]
    assert " MB " in loopback
    document = json.loads(capsys.readouterr().out)
    assert (document["kind"], document["success"], document["reason"]) == ("snmp", True, "")
    assert "lo" in [row["row"] for row in document["rows"]]


def test_a_device_whose_secret_is_not_there_says_where_to_put_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)
    said = (
        f"NOT RUN  snmp 127.0.0.1: setting: {tmp_path}/snmp: No such file or directory;"
        f" put the secret into {tmp_path}/snmp"
    )
    assert shown(capsys, "snmp", "127.0.0.1") == (1, [said])


def test_an_address_may_have_a_port_and_settings_are_as_in_agent_toml() -> None:
    assert settings_for("tcp", "fd61::1") == Tcp("target", "fd61::1", 443)
    assert settings_for("tcp", "[fd61::1]:22") == Tcp("target", "fd61::1", 22)
    assert settings_for("icmp", "@gateway") == Icmp("target", "@gateway", 0.25)
    assert settings_for("dns", "10.61.0.53", ["name=10.example", "record_type=AAAA"]) == Dns(
        "target", "10.61.0.53", "10.example", "AAAA"
    )
    assert settings_for("http", "http://a.example/", ["status=404"]) == Http(
        "target", "http://a.example/", status=404
    )
    assert settings_for("snmp", "10.61.7.1", ["profiles=system", "version=1"]) == Snmp(
        "target", "10.61.7.1", ["system"], "snmp", version="1"
    )
    assert settings_for("snmp", "10.61.7.1", ["profiles=system, ups", "user=1", "auth_file=a"]) == Snmp(
        "target", "10.61.7.1", ["system", "ups"], user="1", auth_file="a"
    )
    assert settings_for("dns", "10.61.0.53", ["answers=10.61.0.10"]) == Dns(
        "target", "10.61.0.53", "example.com", answers=["10.61.0.10"]
    )
    assert settings_for("snmp", "10.61.7.1", ["user=pantau", "auth_file=a", 'profiles=["ups"]']) == Snmp(
        "target", "10.61.7.1", ["ups"], user="pantau", auth_file="a"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("http", "dinkes.example"), "dinkes.example: not a URL; write http://… or https://…"),
        (("tcp", "host:port"), "host:port: not an address; write host, host:port or [v6]:port"),
        (
            ("dns", "10.61.0.53", "antrean"),
            "antrean: not a setting; write KEY=VALUE, as in name=antrean.example",
        ),
        (("dns", "10.61.0.53", "nam=a"), "10.61.0.53: Object contains unknown field `nam`"),
        (("tcp", "10.61.0.53", "port=0"), "10.61.0.53: port: 0: Expected `int` >= 1"),
    ],
)
def test_a_typing_error_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(BadConfig, match=re.escape(said)):
        settings_for(arguments[0], arguments[1], arguments[2:])
    assert main(["probe", *arguments]) == 2
    assert capsys.readouterr().err == f"pantau-agent: {said}\n"
