from collections.abc import Iterator

import pytest

from tests.netns import Host, Lab, lab


class Path:
    """An agent, a router, and behind it a server with two addresses of each family."""

    def __init__(self, lab: Lab, agent: Host, router: Host, server: Host) -> None:
        self.lab = lab
        self.agent = agent
        self.router = router
        self.server = server


@pytest.fixture
def path() -> Iterator[Path]:
    with lab() as built:
        agent, router, server = (built.host(name) for name in ("agent", "router", "server"))
        built.cable(agent, "10.0.1.2/24 fd00:1::2/64", router, "10.0.1.1/24 fd00:1::1/64")
        built.cable(router, "10.0.2.1/24 fd00:2::1/64", server, "10.0.2.2/24 10.0.2.3/24 fd00:2::2/64")
        for host, gateway, gateway_v6 in (
            (agent, "10.0.1.1", "fd00:1::1"),
            (server, "10.0.2.1", "fd00:2::1"),
        ):
            host.run("ip", "route", "add", "default", "via", gateway)
            host.run("ip", "-6", "route", "add", "default", "via", gateway_v6)
        router.sysctl("net.ipv4.icmp_ratelimit", "0")
        router.sysctl("net.ipv6.icmp.ratelimit", "0")
        yield Path(built, agent, router, server)
