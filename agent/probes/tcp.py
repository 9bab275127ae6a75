"""TCP: time from SYN to an established connection."""

from agent.net.addresses import resolve_all
from agent.net.allow import Allow
from agent.net.sockets import connected
from wire.probes import Tcp


async def measure(probe: Tcp, allow: Allow) -> dict[str, float]:
    addresses = await resolve_all(probe.address, allow, probe.timeout_seconds)
    made = await connected(addresses, probe.port)
    made.socket.close()
    return {"tcp_connect_duration_seconds": made.seconds}
