"""A city of namespaces: a core, two POPs, ten sites, and everything on them real.

The core has the broker, the collector and a webhook; behind it the world is the internet and a name server.
Each of the thirteen hosts of the city has its agent, and is its own site's router. Hosts are wired as a tree;
a cut is a cable pulled at its upper end, or packets dropped.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from collector.inventory import City, Internet, Link, Role, Site
from tests.fakes.city import write
from tests.fakes.receivers import webhook
from tests.netns import Host, Lab, lab
from tests.servers.dnsmasq import DNSMASQ
from tests.servers.mosquitto import MOSQUITTO
from tests.servers.webhook import Webhook
from tests.system.programs import Program, agent, collector, eventually, get, samples

POPS = ("pop-a", "pop-b")
SITES_EACH = 5
CORE_ADDRESS = "10.77.0.1"
WORLD_ADDRESS = "10.77.99.2"
PAGE = f"http://{CORE_ADDRESS}:8470"
WEBHOOK_PORT = 8480

Cut = Literal["cable", "drop"]


class LabCity:
    def __init__(self, built: Lab, folder: Path) -> None:
        self.folder = folder
        self.core = built.host("core")
        self.hosts = {"noc": self.core}
        self.above: dict[str, Host] = {}
        self.addresses = {"noc": CORE_ADDRESS}
        self.core.run("ip", "address", "add", f"{CORE_ADDRESS}/32", "dev", "lo")
        self.world = built.host("world")
        built.cable(self.core, "10.77.99.1/24", self.world, f"{WORLD_ADDRESS}/24")
        self.core.run("ip", "route", "add", "default", "via", WORLD_ADDRESS)
        self.world.run("ip", "route", "add", "10.0.0.0/8", "via", "10.77.99.1")
        for number, pop in enumerate(POPS, start=1):
            self._hang(built, "noc", pop, f"10.77.{number}")
            for place in range(SITES_EACH):
                net = f"10.78.{10 * number + place}"
                self._hang(built, pop, f"site-{pop[-1]}{place}", net)
                self.core.run("ip", "route", "add", f"{net}.0/24", "via", f"10.77.{number}.2")
        built.settle()
        self.sites = [name for name in self.hosts if name.startswith("site")]

    def _hang(self, built: Lab, above: str, name: str, net: str) -> None:
        host = built.host(name)
        built.cable(self.hosts[above], f"{net}.1/24", host, f"{net}.2/24")
        host.run("ip", "route", "add", "default", "via", f"{net}.1")
        self.hosts[name], self.above[name] = host, self.hosts[above]
        self.addresses[name] = f"{net}.2"

    def cut(self, name: str, how: Cut) -> None:
        """Between a POP or a site and what it hangs below: a pulled cable tells, dropped packets don't."""
        above, host = self.above[name], self.hosts[name]
        if how == "cable":
            above.run("ip", "link", "set", "dev", host.name, "down")
            return
        for end, far in ((above, host), (host, above)):
            rule = f'chain cut {{ type filter hook prerouting priority 0; iifname "{far.name}" drop; }}'
            end.run("nft", "-f", "-", stdin=f"table inet lab {{ {rule} ; }}\n")

    def restore(self, name: str, how: Cut) -> None:
        above, host = self.above[name], self.hosts[name]
        if how == "drop":
            above.open_firewall()
            host.open_firewall()
            return
        above.run("ip", "link", "set", "dev", host.name, "up")
        if name in POPS:  # a cable that is pulled takes the routes with it
            number = POPS.index(name) + 1
            for place in range(SITES_EACH):
                net = f"10.78.{10 * number + place}.0/24"
                above.run("ip", "route", "replace", net, "via", f"10.77.{number}.2")

    def write_inventory(self) -> None:
        sites, links = {}, {}
        for name in self.hosts:
            role: Role = "noc" if name == "noc" else "pop" if name in POPS else "hotspot"
            sites[name] = Site(
                role=role, name=name, district="Lab", router=self.addresses[name], notify_after_seconds=0
            )
            above = next((key for key, one in self.hosts.items() if one is self.above.get(name)), "internet")
            links[f"{name}-up"] = Link(from_=name, to=above)
        city = City(
            name="Lab",
            internet=Internet(national=[WORLD_ADDRESS]),
            resolvers=[WORLD_ADDRESS],
            sites=sites,
            links=links,
            receivers={"hook": webhook(f"http://127.0.0.1:{WEBHOOK_PORT}/")},
        )
        write(self.folder / "inventory", city)


class Running:
    """The programs of the city, up and every site seen up."""

    def __init__(self, city: LabCity, webhook: Webhook, stack: ExitStack) -> None:
        self.city = city
        self.webhook = webhook
        self._stack = stack
        folder = city.folder
        conf = folder / "mosquitto.conf"
        conf.write_text("user root\nlistener 1883 0.0.0.0\nallow_anonymous true\n")
        self._start(city.core, [MOSQUITTO, "-c", str(conf)], "mosquitto")
        names = [DNSMASQ, "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts"]
        names += [f"--pid-file={folder / 'dnsmasq.pid'}", "--user=root", "--address=/example.com/192.0.2.80"]
        self._start(city.world, names, "dnsmasq")
        (folder / "collector.toml").write_text('[broker]\nport = 1883\n[web]\nhost = "0.0.0.0"\n')
        self.collector = self._start(
            city.core, collector("run", "--config", str(folder / "collector.toml")), "collector"
        )
        for name, host in city.hosts.items():
            config = folder / f"{name}.toml"
            config.write_text(
                f'agent = "{name}"\ndirectory = "{folder / name}"\n[broker]\nhost = "{CORE_ADDRESS}"\n'
            )
            self._start(host, agent("run", "--config", str(config)), f"agent-{name}")
        with city.core.entered():
            eventually(self._all_up, seconds=90, why=self.collector.said)

    def _start(self, host: Host, command: list[str], name: str) -> Program:
        program = Program(host.command(*command), self.city.folder / f"{name}.log")
        self._stack.callback(program.stop)
        return program

    def _all_up(self) -> bool:
        """Every agent is heard, and every router but the core's is seen from above."""
        found = samples(get(f"{PAGE}/metrics/city") or "")
        fresh = sum(sample.value == 1 for sample in found.get("pantau_agent_up", []))
        routers = {
            sample.labels["target"]
            for sample in found.get("pantau_probe_success", [])
            if sample.value == 1 and sample.labels["probe"] == "icmp"
        }
        return fresh == len(self.city.hosts) and self.city.above.keys() <= routers

    def notices(self, since: float) -> list[tuple[float, dict[str, Any]]]:
        return [(at, document) for at, document in self.webhook.arrived if at >= since]


@contextmanager
def running_city(folder: Path) -> Iterator[Running]:
    with lab() as built, ExitStack() as stack:
        city = LabCity(built, folder)
        city.write_inventory()
        with city.core.entered():
            webhook = Webhook("0.0.0.0", WEBHOOK_PORT)
        stack.callback(webhook.close)
        yield Running(city, webhook, stack)
