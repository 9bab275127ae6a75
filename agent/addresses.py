"""From an address as configured to an IP address: literals, names, and the places this machine knows best."""

import ipaddress

from agent.allow import ALLOWED
from agent.places import here
from agent.probe import Failed


async def resolve(address: str) -> str:
    """An IP address that may be probed. Raises Failed; reason `resolve` where there is none at present."""
    if address.startswith("@"):
        return here(address)
    try:
        found = str(ipaddress.ip_address(address))
    except ValueError:
        found = await _lookup(address)
    allowed = ALLOWED.get(None)
    if allowed is not None and (refusal := allowed.of_address(found)):
        raise Failed("setting", refusal)
    return found


async def _lookup(name: str) -> str:
    import icmplib  # on first use: most sites are addressed by number

    try:
        return str((await icmplib.async_resolve(name))[0])
    except (icmplib.NameLookupError, UnicodeError):
        raise Failed("resolve", f"{name} has no address") from None
