"""A site of the lab with its gear: the link up, the router, the UPS and the agent's machine."""

import threading
import time
from pathlib import Path

from tests.lab.causes.devices import Answering, LabRadio, LabRouter, LabUps
from tests.lab.causes.machine import AgentMachine
from tests.lab.causes.plan import SitePlan, below
from tests.netns import Host, Lab

DROP_ALL = "chain nothing {{ type filter hook {hook} priority -200; drop; }}"
BOOT_SECONDS = 3.0
"""The router needs so long after the power, and the agent's machine as long again."""


class Place:
    """`above` is the host at the upper end of its link. Its link is cut there."""

    def __init__(self, built: Lab, plan: SitePlan, above: Host) -> None:
        self.plan, self.above = plan, above
        self.router = built.host(plan.name)
        built.cable(above, f"{plan.near_address}/24", self.router, f"{plan.far_address}/24")
        if plan.medium == "lte":  # it has no gateway: the upper end answers for all addresses
            above.sysctl(f"net.ipv4.conf.{plan.name}.proxy_arp", "1")
        self.agent_host = self.router
        if plan.behind:
            self.agent_host = built.host(f"{plan.name}-agent")
            address = plan.router_address
            built.cable(self.router, f"{address}/24", self.agent_host, f"{address[:-1]}2/24")
            self.agent_host.run("ip", "route", "add", "default", "via", address)
        self._address_ups()
        self.connect()
        self.device = LabRouter()
        self.ups = LabUps()
        self.radio = LabRadio(plan.above)
        self._answering: list[Answering] = []
        self.machine: AgentMachine | None = None
        self._giving_out: threading.Timer | None = None
        self.dark = False

    def connect(self) -> None:
        """The routes of both ends, which a pulled cable takes with it."""
        plan = self.plan
        way = ("dev", self.above.name) if plan.medium == "lte" else ("via", plan.near_address)
        self.router.run("ip", "route", "replace", "default", *way)
        behind = [net for site in below(plan.name) for net in site.nets]
        for net in (*plan.nets[1:], *behind):
            self.above.run("ip", "route", "replace", net, "via", plan.far_address)

    def start(self, folder: Path, broker: str, resolv_conf: Path, secrets: Path) -> None:
        plan = self.plan
        if plan.polls_router:
            self._answering.append(Answering(self.router, plan.router_address, self.device))
        if plan.medium == "radio":
            self._answering.append(Answering(self.router, plan.router_address, self.radio))
        if plan.ups:
            self._answering.append(Answering(self.agent_host, plan.ups_address, self.ups))
        config = folder / f"{plan.name}.toml"
        config.write_text(
            f'agent = "{plan.name}"\ndirectory = "{folder / plan.name}"\n[broker]\nhost = "{broker}"\n'
        )
        self.machine = AgentMachine(self.agent_host, config, resolv_conf, secrets)

    def close(self) -> None:
        if self._giving_out is not None:
            self._giving_out.cancel()
            self._giving_out.join()
        if self.machine is not None:
            self.machine.stop()
        for one in self._answering:
            one.close()

    def pull(self) -> None:
        """The cable is pulled at the upper end, and its router sees no carrier."""
        self.above.run("ip", "link", "set", "dev", self.router.name, "down")

    def plug(self) -> None:
        self.above.run("ip", "link", "set", "dev", self.router.name, "up")
        self.connect()

    def drop(self) -> None:
        """Packets vanish both ways, and no end is told."""
        for end, far in ((self.above, self.router), (self.router, self.above)):
            rule = f'chain cut {{ type filter hook prerouting priority -200; iifname "{far.name}" drop; }}'
            _add_table(end, f"cut_{far.name}", rule)

    def carry(self) -> None:
        _remove_table(self.above, f"cut_{self.router.name}")
        _remove_table(self.router, f"cut_{self.above.name}")

    def rain(self) -> None:
        """The signal of its radio begins to fall."""
        self.radio.rain_since = time.monotonic()

    def lose_radio(self) -> None:
        self.radio.alone = True
        self.drop()

    def clear_up(self) -> None:
        self.radio.rain_since, self.radio.alone = None, False
        self.carry()

    def hang(self) -> None:
        """The router answers nobody, forwards nothing, and keeps its carriers."""
        _add_table(self.router, "hangs", DROP_ALL.format(hook="prerouting"))

    def wake(self, anew: bool) -> None:
        """It goes on as if nothing had been, or somebody switched it off and on."""
        if anew:
            self.device.started = time.monotonic()
        _remove_table(self.router, "hangs")

    def lose_mains(self, runtime: float = 0.0) -> None:
        """Its UPS, where it has one, feeds router and agent for `runtime` seconds. The rest is dark."""
        if not self.plan.ups:
            self._go_dark()
            return
        self.ups.battery_since = time.monotonic()
        self.ups.empty_at = self.ups.battery_since + runtime
        if not self.plan.terminal_protected:
            self.drop()
        self._giving_out = threading.Timer(runtime, self._go_dark)
        self._giving_out.start()

    def regain_mains(self) -> None:
        if self._giving_out is not None:
            self._giving_out.cancel()
            self._giving_out.join()
            self._giving_out = None
        self.ups.battery_since = None
        if self.plan.ups and not self.plan.terminal_protected:
            self.carry()
        if self.dark:
            self._boot()

    def _go_dark(self) -> None:
        self.dark = True
        for one in self._answering:
            one.on = False
        if self.machine is not None:
            self.machine.kill()
        self.router.run("ip", "link", "set", "dev", self.above.name, "down")
        if self.agent_host is not self.router:
            self.router.run("ip", "link", "set", "dev", self.agent_host.name, "down")

    def _boot(self) -> None:
        time.sleep(BOOT_SECONDS)
        self.dark = False
        self.device.started = time.monotonic() - BOOT_SECONDS
        for one in self._answering:
            one.on = True
        self.router.run("ip", "link", "set", "dev", self.above.name, "up")
        if self.agent_host is not self.router:
            self.router.run("ip", "link", "set", "dev", self.agent_host.name, "up")
        self.connect()
        time.sleep(BOOT_SECONDS)
        if self.machine is not None:
            self.machine.boot()

    def _address_ups(self) -> None:
        """The UPS answers at the agent's host: its card and the agent hang on one switch."""
        if self.plan.ups:
            self.agent_host.run("ip", "address", "add", f"{self.plan.ups_address}/32", "dev", "lo")


def _add_table(host: Host, name: str, chains: str) -> None:
    host.run("nft", "-f", "-", stdin=f"table inet {_plain(name)} {{ {chains} ; }}\n")


def _remove_table(host: Host, name: str) -> None:
    host.run("nft", "delete", "table", "inet", _plain(name))


def _plain(name: str) -> str:
    return name.replace("-", "_")
