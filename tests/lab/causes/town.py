"""The town of the lab in namespaces, with every program on it real: broker, collector, an agent a site."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from collector.inventory import Internet
from collector.inventory.city import (
    Application,
    City,
    Device,
    Link,
    Polling,
    Provider,
    Role,
    Site,
    WatchSettings,
)
from tests.fakes.city import write
from tests.fakes.receivers import webhook
from tests.lab.causes.machine import AgentMachine
from tests.lab.causes.place import Place
from tests.lab.causes.plan import (
    CITY_ADDRESS,
    CORE_ADDRESS,
    INTERNATIONAL_ADDRESS,
    NATIONAL_ADDRESS,
    NOC,
    PLANS,
    SERVICES_ADDRESS,
    WORLD_ADDRESS,
    SitePlan,
)
from tests.lab.causes.services import PORTS, URLS, LabApplication, NameServer
from tests.netns import Host, Lab, lab
from tests.servers.mosquitto import MOSQUITTO
from tests.servers.webhook import Webhook
from tests.system.programs import Program, collector, eventually, get, samples

PAGE = f"http://{CORE_ADDRESS}:8470"
WEBHOOK_PORT = 8480
NOTIFY_AFTER_SECONDS = 10.0
"""A hotspot's usual minute would outlast most outages of the lab."""
COMMUNITY = "public"


class Town:
    """`places` are the sites below the NOC, by name."""

    def __init__(self, built: Lab, folder: Path, stack: ExitStack) -> None:
        self.folder, self._stack = folder, stack
        self.core, self.world = built.host("core"), built.host("world")
        self.abroad, services = built.host("abroad"), built.host("services")
        self.core.run("ip", "address", "add", f"{CORE_ADDRESS}/32", "dev", "lo")
        built.cable(self.core, "10.77.99.1/24", self.world, f"{WORLD_ADDRESS}/24")
        built.cable(self.core, "10.77.98.1/24", services, f"{SERVICES_ADDRESS}/24 {CITY_ADDRESS}/24")
        built.cable(self.world, "10.77.97.1/24", self.abroad, f"{INTERNATIONAL_ADDRESS}/24")
        self.core.run("ip", "route", "add", "default", "via", WORLD_ADDRESS)
        self.world.run("ip", "address", "add", f"{NATIONAL_ADDRESS}/32", "dev", "lo")
        self.world.run("ip", "route", "add", "10.0.0.0/8", "via", "10.77.99.1")
        self.abroad.run("ip", "route", "add", "default", "via", "10.77.97.1")
        services.run("ip", "route", "add", "default", "via", "10.77.98.1")
        self.places: dict[str, Place] = {}
        for plan in PLANS.values():
            self.places[plan.name] = Place(built, plan, self._above(plan))
        built.settle()
        write(folder / "inventory", inventory())
        with self.core.entered():
            self.webhook = Webhook("0.0.0.0", WEBHOOK_PORT)
        stack.callback(self.webhook.close)
        self.name_server = NameServer(services, folder)
        stack.callback(self.name_server.kill)
        self.applications = {app: LabApplication(services, port) for app, port in PORTS.items()}
        for application in self.applications.values():
            stack.callback(application.kill)

    def start(self) -> None:
        """Start the programs, and wait until every agent is heard and every router is seen from above.

        Nobody pings a site that hangs on the internet: its agent's silence shows its outage.
        """
        folder, secrets = self.folder, self.folder / "secrets"
        secrets.mkdir(mode=0o700)
        (secrets / "secrets_snmp").write_text(f"{COMMUNITY}\n")
        (secrets / "secrets_snmp").chmod(0o600)
        resolv_conf = folder / "resolv.conf"
        resolv_conf.write_text(f"nameserver {SERVICES_ADDRESS}\n")
        (folder / "mosquitto.conf").write_text("user root\nlistener 1883 0.0.0.0\nallow_anonymous true\n")
        self._program([MOSQUITTO, "-c", str(folder / "mosquitto.conf")], "mosquitto")
        (folder / "collector.toml").write_text('[broker]\nport = 1883\n[web]\nhost = "0.0.0.0"\n')
        running = self._program(collector("run", "--config", str(folder / "collector.toml")), "collector")
        (folder / "noc.toml").write_text(
            f'agent = "noc"\ndirectory = "{folder / NOC}"\n[broker]\nhost = "{CORE_ADDRESS}"\n'
        )
        noc = AgentMachine(self.core, folder / "noc.toml", resolv_conf, secrets)
        self._stack.callback(noc.stop)
        for place in self.places.values():
            place.start(folder, CORE_ADDRESS, resolv_conf, secrets)
            self._stack.callback(place.close)
        eventually(self.all_up, seconds=120, why=running.said)

    def all_up(self) -> bool:
        found = samples(self.page("/metrics/city") or "")
        fresh = sum(sample.value == 1 for sample in found.get("pantau_agent_up", []))
        routers = {
            sample.labels["target"]
            for sample in found.get("pantau_probe_success", [])
            if sample.value == 1 and sample.labels["probe"] == "icmp"
        }
        seen = {plan.name for plan in PLANS.values() if plan.above != "internet"}
        return fresh == len(PLANS) + 1 and seen <= routers

    def page(self, path: str) -> str | None:
        with self.core.entered():
            return get(f"{PAGE}{path}")

    def machine(self, site: str) -> AgentMachine:
        machine = self.places[site].machine
        assert machine is not None, f"{site} has not started"
        return machine

    def lose_mains(self, runtimes: Iterable[tuple[str, float]]) -> None:
        """In one instant, at all of them; `runtimes` are those of the UPSes."""
        for name, runtime in runtimes:
            self.places[name].lose_mains(runtime)

    def regain_mains(self, names: Iterable[str]) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda name: self.places[name].regain_mains(), names))

    def _above(self, plan: SitePlan) -> Host:
        if plan.above == NOC:
            return self.core
        return self.world if plan.above == "internet" else self.places[plan.above].router

    def _program(self, command: list[str], name: str) -> Program:
        program = Program(self.core.command(*command), self.folder / f"{name}.log")
        self._stack.callback(program.stop)
        return program


def inventory() -> City:
    sites = {NOC: Site(role="noc", name="NOC", district="Lab", router=CORE_ADDRESS)}
    links = {"noc-up": Link(from_=NOC, to="internet", provider="isp-t")}
    for plan in PLANS.values():
        role: Role = "pop" if plan.above == NOC else "hotspot"
        devices = {"ups": Device(address=plan.ups_address, snmp="ups")} if plan.ups else {}
        if plan.polls_router:
            devices["router"] = Device(address=plan.router_address, snmp="router")
        if plan.medium == "radio":
            devices["radio"] = Device(address=plan.router_address, snmp="radio")
        sites[plan.name] = Site(
            role=role,
            name=plan.name,
            district="Lab",
            router=plan.router_address,
            feeder=plan.feeder,
            devices=devices,
        )
        links[f"{plan.name}-up"] = Link(
            from_=plan.name, to=plan.above, medium=plan.medium, provider=plan.provider
        )
    return City(
        name="Lab",
        internet=Internet(
            city=[CITY_ADDRESS], national=[NATIONAL_ADDRESS], international=[INTERNATIONAL_ADDRESS]
        ),
        resolvers=[SERVICES_ADDRESS],
        sites=sites,
        links=links,
        providers={name: Provider(name=name) for name in ("isp-t", "isp-x", "isp-y", "isp-z")},
        snmp={
            "router": Polling(
                profiles=["system"], community_file="snmp", period_seconds=10, timeout_seconds=5
            ),
            "radio": Polling(
                profiles=["mikrotik-wireless"], community_file="snmp", period_seconds=10, timeout_seconds=5
            ),
        },
        roles={"hotspot": WatchSettings(notify_after_seconds=NOTIFY_AFTER_SECONDS)},
        applications={
            app: Application(
                name=app, url=url, probed_from=["hotspot", "noc"], period_seconds=10, timeout_seconds=5
            )
            for app, url in URLS.items()
        },
        receivers={"hook": webhook(f"http://127.0.0.1:{WEBHOOK_PORT}/")},
    )


@contextmanager
def running_town(folder: Path) -> Iterator[Town]:
    with lab() as built, ExitStack() as stack:
        town = Town(built, folder, stack)
        town.start()
        yield town
