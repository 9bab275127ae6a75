"""The tables of the inventory. A table's key is the thing's id; see the sample for what to write."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import fields

from wire.probes import (
    DEFAULT_PRIV,
    MAX_BYTES,
    AuthProtocol,
    HttpTimeout,
    MaxBytes,
    Method,
    PrivProtocol,
    Probe,
    ProfileName,
    SecretName,
    StatusClass,
    StatusCode,
    TargetName,
    Url,
)

Role = Literal["hotspot", "office", "pop", "noc"]
Medium = Literal["fiber", "copper", "radio", "lte", "vsat"]
Severity = Literal["critical", "warning", "info"]
IncidentKind = Literal["site_down", "agent_silent", "target_down", "application_down", "collector_blind"]
Seconds = Annotated[float, Meta(ge=0, le=86400)]
Mbps = Annotated[float, Meta(gt=0, le=1e6)]
CoordinateQuality = Literal["surveyed", "cited", "subdistrict-centroid", "district-centroid", "invented"]


class InventoryTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every row of the inventory is: named keys, no others."""


class WatchSettings(InventoryTable, frozen=True, kw_only=True):
    """How a site is watched. `[roles.X]` says it for a role, a site may override each; None is "as before".

    `limits` are by name of the wire's catalogue: above one of them the site is degraded, as Prometheus
    has them (pantau_limit). `probes` come on top of those that the links and the applications give.
    """

    notify_after_seconds: Seconds | None = None
    ping_period_seconds: Annotated[float, Meta(ge=0.25, le=60)] | None = None
    report_interval_seconds: Annotated[float, Meta(ge=1, le=3600)] | None = None
    limits: dict[str, Annotated[float, Meta(ge=0)]] = {}
    probes: list[Probe] = []


class Polling(InventoryTable, frozen=True, kw_only=True):
    """How devices of one sort are asked by SNMP, as the wire's Snmp has it.

    A `*_file` here names a file in the agents' directory of secrets.
    """

    profiles: Annotated[list[ProfileName], Meta(min_length=1, max_length=8)]
    community_file: SecretName = ""
    version: Literal["1", "2c"] = "2c"
    user: Annotated[str, Meta(max_length=32)] = ""
    auth: AuthProtocol = "SHA-256"
    auth_file: SecretName = ""
    priv: PrivProtocol = DEFAULT_PRIV
    priv_file: SecretName = ""
    interfaces: Annotated[list[str], Meta(max_length=32)] = []
    period_seconds: Annotated[float, Meta(ge=5, le=3600)] = 60.0
    timeout_seconds: Annotated[float, Meta(ge=1, le=60)] = 15.0


class Device(InventoryTable, frozen=True, kw_only=True):
    """Polled by the site's own agent. `snmp` is its sort: what it is asked for, with which credentials."""

    address: str
    snmp: str = ""


class Site(WatchSettings, frozen=True, kw_only=True):
    """A place and, of the same id, its agent. `router` is its address as seen from inside the city's network.

    A router or UPS that is polled stands among the `devices` too, as "router" or "ups".
    """

    role: Role
    name: str
    district: str = ""
    subdistrict: str = ""
    router: str = ""
    ups: str = ""
    devices: dict[TargetName, Device] = {}
    priority: Annotated[int, Meta(ge=1, le=5)] = 3
    users: Annotated[int, Meta(ge=0)] = 0
    feeder: str = ""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    coordinate_quality: CoordinateQuality | None = None
    note: str = ""


class Link(InventoryTable, frozen=True, kw_only=True):
    """A site's way up: `from_` hangs below `to`, a site or "internet". A backup is used at need only."""

    from_: str = field(name="from")
    to: str
    medium: Medium = "fiber"
    provider: str = ""
    contract: str = ""
    down_mbps: Mbps | None = None
    up_mbps: Mbps | None = None
    sla_percent: Annotated[float, Meta(gt=0, le=100)] | None = None
    metered: bool = False
    backup: bool = False
    note: str = ""


class Expect(InventoryTable, frozen=True, kw_only=True):
    """What tells a healthy application: the status of its answer, and text within its body."""

    status: StatusCode | StatusClass = "2xx"
    text: str = ""


class Application(InventoryTable, frozen=True, kw_only=True):
    """A public service; `owner` is a site, `probed_from` are roles and sites whose agents probe it.

    How it is asked is as the wire's Http has it; `ca_file` is a path at each agent that probes it.
    """

    name: str
    url: Url
    probed_from: list[str]
    owner: str = ""
    expect: Expect = field(default_factory=Expect)
    redirect_hosts: list[str] = []
    method: Method = "GET"
    verify_certificate: bool = True
    ca_file: str = ""
    max_bytes: MaxBytes = MAX_BYTES
    period_seconds: Annotated[float, Meta(ge=5, le=3600)] = 30.0
    timeout_seconds: HttpTimeout = 10.0
    priority: Annotated[int, Meta(ge=1, le=5)] = 3


class Provider(InventoryTable, frozen=True, kw_only=True):
    """Who is called about a link; `ticket` is where a fault is reported, an address or URL."""

    name: str
    phone: str = ""
    ticket: str = ""


class Duty(InventoryTable, frozen=True, kw_only=True):
    """A person or desk that is called, in these districts or, where none is named, in all."""

    name: str
    phone: str = ""
    districts: list[str] = []
    receiver: str = ""


class Telegram(InventoryTable, frozen=True, kw_only=True):
    chat: int
    token_file: str


class Alertmanager(InventoryTable, frozen=True, kw_only=True):
    url: Url


class Webhook(InventoryTable, frozen=True, kw_only=True):
    url: Url


class Apprise(InventoryTable, frozen=True, kw_only=True):
    """The file has one Apprise URL, which holds secrets."""

    url_file: str


class Match(InventoryTable, frozen=True, kw_only=True):
    """What a receiver is told: of each list that is not empty, one must fit."""

    severity: list[Severity] = []
    kind: list[IncidentKind] = []
    role: list[Role] = []
    district: list[str] = []


class Receiver(InventoryTable, frozen=True, kw_only=True):
    """One channel, named by its key."""

    telegram: Telegram | None = None
    alertmanager: Alertmanager | None = None
    webhook: Webhook | None = None
    apprise: Apprise | None = None
    language: Literal["id", "en"] = "id"
    match: Match = field(default_factory=Match)


CHANNELS = tuple(key.name for key in fields(Receiver) if key.default is None)
"""The keys of a receiver that are channels. A receiver has exactly one of them."""


class Maintenance(InventoryTable, frozen=True, kw_only=True):
    """Announced work. `starts` and `ends` are the first occurrence, in the city's local time."""

    title: str
    starts: datetime
    ends: datetime
    repeat: Literal["never", "daily", "weekly", "monthly"] = "never"
    sites: list[str] = []
    links: list[str] = []
    applications: list[str] = []
    districts: list[str] = []


class CityTable(InventoryTable, frozen=True, kw_only=True):
    """The table `[city]`. `internet` are the addresses that stand for the internet, whoever probes it.

    Agents ask `resolvers`, or else their own name servers, for `lookup_name`. Where `networks` are given, a
    router outside of them is a typing error.
    """

    name: str
    timezone: str = "Asia/Pontianak"
    internet: Annotated[list[str], Meta(max_length=9)] = []
    resolvers: Annotated[list[str], Meta(max_length=3)] = []
    lookup_name: str = "example.com"
    networks: list[str] = []


class City(CityTable, frozen=True, kw_only=True):
    sites: dict[str, Site] = {}
    links: dict[str, Link] = {}
    applications: dict[str, Application] = {}
    roles: dict[str, WatchSettings] = {}
    snmp: dict[str, Polling] = {}
    providers: dict[str, Provider] = {}
    duty: dict[str, Duty] = {}
    receivers: dict[str, Receiver] = {}
    maintenance: list[Maintenance] = []
