"""A control room as in deploy/: Mosquitto with its configuration, the collector, certificates of one CA."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collector.admission.acl import acl
from tests.free_ports import free_port
from tests.servers.mosquitto import Mosquitto, mosquitto
from tests.servers.openssl import Authority, Certificate
from tests.system.programs import REPOSITORY, Program, agent, collector, get, one, running

DEPLOY = REPOSITORY / "deploy"
LEFT_OUT = ("listener 8883", "crlfile /etc/pantau/mosquitto/crl.pem")
SITES = ("gradasi", "dinkes", "posyandu", "stolen")


class Secured:
    def __init__(self, folder: Path, broker: Mosquitto, authority: Authority, collector: Program) -> None:
        self.broker = broker
        self.authority = authority
        self.acl = folder / "mosquitto" / "acl"
        self._folder = folder
        self._collector = collector

    @contextmanager
    def agent(self, site: str, certificate: Certificate | None) -> Iterator[Program]:
        """The real agent of a site, with a certificate that may be another's."""
        name = f"{site}-{free_port()}"
        file = self._folder / f"{name}.toml"
        file.write_text(
            f'agent = "{site}"\ndirectory = "{self._folder / name}"\n'
            + _broker(self.broker, self.authority, certificate)
        )
        with running(agent("run", "--config", str(file)), self._folder / f"{name}.log") as program:
            yield program

    def client(self, name: str) -> Certificate:
        return issue(self.authority, name, "clientAuth")

    def heard(self, site: str) -> bool:
        """Whether the collector takes the site's agent to be there."""
        up = one(get(f"{self.page}/metrics/city"), "pantau_agent_up", site=site)
        return up is not None and up.value == 1

    def stored(self, site: str) -> bool:
        name = "pantau_collector_ledger_measurements_total"
        return one(get(f"{self.page}/metrics"), name, site=site, fate="stored") is not None

    @property
    def page(self) -> str:
        return (self._folder / "page").read_text()

    def said(self) -> str:
        return self.broker.log() + self._collector.said()


@contextmanager
def secured(folder: Path) -> Iterator[Secured]:
    authority = Authority(folder / "ca")
    with mosquitto(folder / "mosquitto", _options(folder / "mosquitto", authority)) as broker:
        certificate = issue(authority, "_collector", "clientAuth")
        port = free_port()
        (folder / "page").write_text(f"http://127.0.0.1:{port}")
        (folder / "inventory").mkdir()
        (folder / "inventory" / "city.toml").write_text(_inventory())
        config = folder / "collector.toml"
        config.write_text(f"[web]\nport = {port}\n" + _broker(broker, authority, certificate))
        with running(collector("run", "--config", str(config)), folder / "collector.log") as program:
            yield Secured(folder, broker, authority, program)


def issue(authority: Authority, name: str, usage: str) -> Certificate:
    return authority.issue(name, "IP:127.0.0.1", datetime.now(UTC) + timedelta(days=90), usage)


def _options(folder: Path, authority: Authority) -> list[str]:
    """Of deploy's mosquitto.conf all but LEFT_OUT, with its files in `folder`."""
    certificate = issue(authority, "broker", "serverAuth")
    folder.mkdir(parents=True)
    (folder / "trust.pem").write_bytes(authority.ca_file.read_bytes())
    (folder / "broker.pem").write_bytes(certificate.key_file.read_bytes() + certificate.file.read_bytes())
    (folder / "acl").write_text(acl())
    lines = (DEPLOY / "mosquitto" / "mosquitto.conf").read_text().splitlines()
    assert set(lines) > set(LEFT_OUT)
    return [line.replace("/etc/pantau/mosquitto", str(folder)) for line in lines if line not in LEFT_OUT]


def _broker(broker: Mosquitto, authority: Authority, certificate: Certificate | None) -> str:
    lines = [
        "[broker]",
        f'host = "{broker.host}"',
        f"port = {broker.port}",
        f'ca_file = "{authority.ca_file}"',
    ]
    if certificate:
        lines += [f'certificate_file = "{certificate.file}"', f'key_file = "{certificate.key_file}"']
    return "\n".join([*lines, ""])


def _inventory() -> str:
    sites = [f'{site} = {{ role = "hotspot", name = "{site}", district = "Kota" }}' for site in SITES]
    links = [f'{site}-lte = {{ from = "{site}", to = "internet" }}' for site in SITES]
    lines = ["[city]", 'name = "Small"', 'internet = ["127.0.0.7"]', "[sites]", *sites, "[links]", *links, ""]
    return "\n".join(lines)
