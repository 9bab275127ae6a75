"""The settings of every probe kind, a tagged union on `kind`. docs/adding-a-probe.md adds one.

A probe is known by its kind and its target, so both together are unique in an assignment. An address is an IP
address, a host name, or a place that each agent knows best: `@gateway` (its default route), `@resolver`,
`@resolver2`, `@resolver3` (its name servers).
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from wire import url as urls
from wire.profile import Profile

Reason = Literal[
    "timeout",
    "refused",
    "unreachable",
    "resolve",
    "protocol",
    "tls",
    "status",
    "body",
    "answer",
    "permission",
    "setting",
]
"""Why a measurement failed. `permission` and `setting` mean that it could not run; the rest are findings."""

NOT_RUN: frozenset[str] = frozenset({"permission", "setting"})

TargetName = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Address = Annotated[str, Meta(min_length=1, max_length=253)]
Port = Annotated[int, Meta(ge=1, le=65535)]

Url = Annotated[str, Meta(max_length=2048, pattern=urls.PATTERN)]
RecordType = Literal["A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"]
Rcode = Literal["NOERROR", "SERVFAIL", "NXDOMAIN", "REFUSED"]
StatusClass = Literal["2xx", "3xx", "4xx", "5xx"]
StatusCode = Annotated[int, Meta(ge=200, le=599)]
Method = Literal["GET", "HEAD"]
MAX_BYTES = 2**20
MaxBytes = Annotated[int, Meta(ge=1024, le=16 * 2**20)]
HttpTimeout = Annotated[float, Meta(ge=0.1, le=60)]

PROFILE_NAME = r"[a-z0-9][a-z0-9-]{0,31}"
ProfileName = Annotated[str, Meta(pattern=rf"^{PROFILE_NAME}\Z")]
AuthProtocol = Literal["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
PrivProtocol = Literal["DES", "3DES", "AES-128", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]
"""The ciphers of SNMPv3, by net-snmp's names. A name with -C extends its key as Cisco does."""
DEFAULT_PRIV: PrivProtocol = "AES-128"
AUTO = "auto"
"""In the place of a profile: those that fit the device."""
SecretName = Annotated[str, Meta(pattern=r"^([A-Za-z0-9_][A-Za-z0-9._-]{0,63})?\Z")]


class Icmp(Struct, tag_field="kind", tag="icmp", frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A stream of ICMP echoes, one every `period_seconds`. The agent reports it once an interval."""

    target: TargetName
    address: Address
    period_seconds: Annotated[float, Meta(ge=0.25, le=60)] = 1.0


class Tcp(Struct, tag_field="kind", tag="tcp", frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Time to establish a TCP connection."""

    target: TargetName
    address: Address
    port: Port
    period_seconds: Annotated[float, Meta(ge=1, le=3600)] = 10.0
    timeout_seconds: Annotated[float, Meta(ge=0.1, le=30)] = 3.0


class Dns(Struct, tag_field="kind", tag="dns", frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One recursive query to the name server at `address`, over UDP and, where truncated, TCP (RFC 1035).

    With `answers`, the server must answer with records, and with none but these. Each is written as in a zone
    file ("10.61.0.10", "10 mail.example."). Another address is a block page or a hijack.
    """

    target: TargetName
    address: Address
    name: Annotated[str, Meta(min_length=1, max_length=253)]
    record_type: RecordType = "A"
    rcode: Rcode = "NOERROR"
    answers: list[str] = []
    port: Port = 53
    period_seconds: Annotated[float, Meta(ge=1, le=3600)] = 10.0
    timeout_seconds: Annotated[float, Meta(ge=0.1, le=30)] = 3.0


class Http(Struct, tag_field="kind", tag="http", frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One HTTP/1.1 request, each redirect a connection of its own (RFC 9110, RFC 9112).

    The agent follows at most five redirects, to the URL's own host or one of `redirect_hosts`, and none that
    is itself the expected `status`. `header_contains` maps a field's name to text in its value. `max_bytes`
    bounds the answer to one request, head included; of a longer body the agent checks the part that it has.
    `ca_file` holds, in PEM, the CAs that the agent trusts instead of the machine's own. With
    `verify_certificate` off the agent accepts any certificate.
    """

    target: TargetName
    url: Url
    method: Method = "GET"
    status: StatusCode | StatusClass = "2xx"
    header_contains: dict[str, str] = {}
    body_contains: str = ""
    redirect_hosts: list[str] = []
    verify_certificate: bool = True
    ca_file: str = ""
    max_bytes: MaxBytes = MAX_BYTES
    period_seconds: Annotated[float, Meta(ge=1, le=3600)] = 30.0
    timeout_seconds: HttpTimeout = 10.0

    def __post_init__(self) -> None:
        if what := urls.wrong_with(self.url):
            raise ValueError(f"url: {what}")


class Snmp(Struct, tag_field="kind", tag="snmp", frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A device that the agent polls by SNMP for the values of its `profiles`.

    With the profile "auto" the agent finds out who the device is, and takes the profiles that fit. `own` are
    profiles of the city's own, by name; they go before those that ship.

    `interfaces` are patterns of names ("ether*"): the agent reports the interfaces that match one.

    With `user` it is SNMPv3 (USM): `auth` is its digest (RFC 3414, RFC 7860) and `priv` its cipher: RFC 3414,
    RFC 3826, draft-reeder-snmpv3-usm-3desede and draft-blumenthal-aes-usm, with -C the latter with keys as in
    the former. Without `user` it is SNMP of `version` 1 or 2c.

    A `*_file` names a file in the agent's directory of secrets: no secret crosses the wire, and an assignment
    can't name a path.
    """

    target: TargetName
    address: Address
    profiles: Annotated[list[ProfileName], Meta(min_length=1, max_length=16)]
    community_file: SecretName = ""
    version: Literal["1", "2c"] = "2c"
    user: Annotated[str, Meta(max_length=32)] = ""
    auth: AuthProtocol = "SHA-256"
    auth_file: SecretName = ""
    priv: PrivProtocol = DEFAULT_PRIV
    priv_file: SecretName = ""
    interfaces: Annotated[list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(max_length=32)] = []
    port: Port = 161
    period_seconds: Annotated[float, Meta(ge=5, le=3600)] = 60.0
    timeout_seconds: Annotated[float, Meta(ge=1, le=60)] = 15.0
    own: Annotated[dict[ProfileName, Profile], Meta(max_length=32)] = {}

    def __post_init__(self) -> None:
        if self.user and not self.auth_file:
            raise ValueError("user needs auth_file: SNMPv3 without authentication is refused")
        if bool(self.user) == bool(self.community_file):
            raise ValueError("give community_file for SNMPv2c, or user and auth_file for SNMPv3")
        if self.user and self.version != "2c":
            raise ValueError("version is of SNMP with a community; a user is one of SNMPv3")
        if self.priv != DEFAULT_PRIV and not self.priv_file:
            raise ValueError("priv needs priv_file: the secret that its key is made of")


Probe = Icmp | Tcp | Dns | Http | Snmp


def kind(probe: Probe) -> str:
    return str(probe.__struct_config__.tag)


def address(probe: Probe) -> str:
    """The address or the URL, as configured."""
    return probe.url if isinstance(probe, Http) else probe.address
