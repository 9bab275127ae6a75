"""`[broker]` of agent.toml and collector.toml."""

import os
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from runtime.files import secret

Port = Annotated[int, Meta(ge=1, le=65535)]
FILES = ("ca_file", "certificate_file", "key_file", "password_file")


class Broker(Struct, frozen=True, forbid_unknown_fields=True):
    """With `ca_file` the connection uses TLS, and trusts only the CA in that file.

    `fallback_port` is tried where `port` can't be reached; 0: there is none.
    """

    host: str = "127.0.0.1"
    port: Port = 1883
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    username: str = ""
    password_file: str = ""
    fallback_port: Annotated[int, Meta(ge=0, le=65535)] = 0

    def password(self) -> str | None:
        """Raises OSError and NotText."""
        return secret.read(Path(self.password_file)) if self.password_file else None


def fault(broker: Broker) -> str:
    """`broker.key: what is wrong; what to write`, or "" where the settings can work."""
    if complaint := host_fault(broker.host):
        return f"broker.host: {broker.host!r}: {complaint}"
    if bool(broker.certificate_file) != bool(broker.key_file):
        return "broker: certificate_file and key_file go together; give both or neither"
    if broker.certificate_file and not broker.ca_file:
        return "broker.certificate_file: is of no use without TLS; give ca_file too"
    if broker.password_file and not broker.username:
        return "broker.password_file: is of no use without a user; give username too"
    return ""


def unreadable_file(broker: Broker) -> str:
    """`broker.key: file is not…` of the first file that this user can't read, or ""."""
    for key in FILES:
        file = getattr(broker, key)
        if file and not os.access(file, os.R_OK):
            return f"broker.{key}: {file} is not a file that this user can read"
    return ""


def host_fault(host: str) -> str:
    """The fault of a host and its remedy, or ""."""
    scheme, parted, rest = host.partition("://")
    if parted:
        return f"write the name or address alone, without {scheme}://: {rest.partition('/')[0]}"
    if host.startswith("["):
        return f"write the address without brackets: {host.strip('[]')}"
    if not host or any(character.isspace() or character == "/" for character in host):
        return "write the broker's name or address, nothing else"
    if host.count(":") == 1:
        name, _, port = host.partition(":")
        return f"write host = {name!r} and port = {port or 1883}"
    try:
        host.encode("idna")
    except UnicodeError:
        return "no name can be so; write the broker's name or address"
    return ""
