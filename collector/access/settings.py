"""How the web lets people and programs in, as collector.toml has it."""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Literal, NamedTuple

from collector.access.role import Role

Reading = Literal["open", "signed-in"]
Network = IPv4Network | IPv6Network


def no_secret() -> str:
    return ""


class AccessSettings(NamedTuple):
    """`token` is that of [web] token_file, `metrics_token` that of metrics_token_file; "" where none is set.

    Requests from `proxies` are believed about the client's address, and, by `user_header`, about the person.
    A person without an account then has the role `user_role`, or, with "", none.
    """

    token: Callable[[], str] = no_secret
    reading: Reading = "open"
    metrics_token: Callable[[], str] = no_secret
    metrics_networks: Sequence[Network] = ()
    proxies: Sequence[Network] = ()
    user_header: str = ""
    user_role: Role | None = None


def within(address: str, networks: Sequence[Network]) -> bool:
    """Is the address in one of the networks? An IPv4 address may come in the form of an IPv6 one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in networks)
