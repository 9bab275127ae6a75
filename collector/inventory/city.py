"""The tables of the inventory. The key of a table is the id of its thing; sample.toml shows each table."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import fields

from collector.duty import Shift
from collector.duty.shift import OptionalTime, TimeOfDay
from collector.inventory.internet import Internet
from collector.planned import MaintenanceWindow
from collector.planned.days import Weekday
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
from wire.profile import Profile

Role = Literal["hotspot", "office", "pop", "noc"]
Medium = Literal["fiber", "copper", "radio", "lte", "vsat"]
Severity = Literal["critical", "warning", "info"]
IncidentKind = Literal[
    "site_down",
    "agent_silent",
    "target_down",
    "application_down",
    "collector_blind",
    "path_lost",
    "degraded",
    "flapping",
    "certificate_expiry",
    "agent_trouble",
    "on_backup",
    "power_cut",
]
Seconds = Annotated[float, Meta(ge=0, le=86400)]
Mbps = Annotated[float, Meta(gt=0, le=1e6)]
CoordinateQuality = Literal["surveyed", "cited", "subdistrict-centroid", "district-centroid", "invented"]


class InventoryTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of the inventory. It refuses keys that it does not know."""


class WatchSettings(InventoryTable, frozen=True, kw_only=True):
    """How agents watch a site. `[roles.X]` is for a role; a site may override it. None overrides nothing.

    `limits` are by the names of inventory/limits.py. A path whose values are beyond a limit for
    `limit_for_seconds` is degraded. Prometheus has the limits as pantau_limit. `probes` are in addition to
    the probes of the links and the applications.
    """

    notify_after_seconds: Seconds | None = None
    ping_period_seconds: Annotated[float, Meta(ge=0.25, le=60)] | None = None
    report_interval_seconds: Annotated[float, Meta(ge=1, le=3600)] | None = None
    limits: dict[str, Annotated[float, Meta(ge=-1000)]] = {}
    limit_for_seconds: Annotated[float, Meta(ge=60, le=86400)] | None = None
    probes: list[Probe] = []


class Polling(InventoryTable, frozen=True, kw_only=True):
    """How agents poll devices of one sort by SNMP; the fields are those of wire.probes.Snmp.

    A `*_file` here names a file in the agents' directory of secrets.
    """

    profiles: Annotated[list[ProfileName], Meta(min_length=1, max_length=16)]
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
    """A device that the site's own agent polls. `snmp` is its sort, which sets profiles and credentials."""

    address: str
    snmp: str = ""


class Site(WatchSettings, frozen=True, kw_only=True):
    """A place and its agent, with the same id. `router` is the router's address in the city's network.

    `contact` is the person on the spot whom a notice says to call, with a phone number.
    A router or UPS that the agent polls is in `devices` too, as "router" or "ups".
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
    contact: str = ""
    note: str = ""


class Link(InventoryTable, frozen=True, kw_only=True):
    """A site's way up: `from_` is below `to`, a site or "internet". A backup carries traffic at need only."""

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
    """The answer of a healthy application: its status, and a text within its body."""

    status: StatusCode | StatusClass = "2xx"
    text: str = ""


class Application(InventoryTable, frozen=True, kw_only=True):
    """A public service. `owner` is a site; the agents of the roles and sites in `probed_from` probe it.

    The other fields are those of wire.probes.Http; `ca_file` is a path at each agent that probes it.
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
    """The company to call about a link. `ticket` is an address or URL for fault reports."""

    name: str
    phone: str = ""
    ticket: str = ""


class Duty(InventoryTable, frozen=True, kw_only=True):
    """A person or desk to call for these districts; for all when it names none.

    On duty is the person whom a shift of `[[rota]]` names, in that shift, and always the one whom none names.
    While on duty, a person's `receiver` also gets the notices of incidents in these districts.
    """

    name: str
    phone: str = ""
    districts: list[str] = []
    receiver: str = ""


class Telegram(InventoryTable, frozen=True, kw_only=True):
    """A chat of a bot. `api_url` is that of a Bot API server of the city's own; by default Telegram's."""

    chat: int
    token_file: str
    api_url: Url = "https://api.telegram.org"


class Alertmanager(InventoryTable, frozen=True, kw_only=True):
    url: Url


class Webhook(InventoryTable, frozen=True, kw_only=True):
    url: Url


class Apprise(InventoryTable, frozen=True, kw_only=True):
    """The file has one Apprise URL, which holds secrets."""

    url_file: str


class Match(InventoryTable, frozen=True, kw_only=True):
    """The incidents that a receiver wants: one entry of each list that is not empty must fit."""

    severity: list[Severity] = []
    kind: list[IncidentKind] = []
    role: list[Role] = []
    district: list[str] = []


class MessageLimit(InventoryTable, frozen=True, kw_only=True):
    """So many `messages` within five minutes; more notices than that go out together, as one digest.

    None: 10 for channels that people read, no limit for a webhook. 0: no limit.
    """

    messages: Annotated[int, Meta(ge=0, le=1000)] | None = None


class OfficeHours(InventoryTable, frozen=True, kw_only=True):
    """Notices of these severities wait for these hours, in local time. Without a severity none waits."""

    severity: list[Severity] = []
    days: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    from_: TimeOfDay = field(name="from", default="07:30")
    to: TimeOfDay = "16:00"


class Receiver(InventoryTable, frozen=True, kw_only=True):
    """One channel, named by its key. `summary` is the local time of a daily summary; "" for none.

    With `on_call_only` no notice comes by `match`, but by `[duty]` and by `[[escalation]]` alone.
    """

    telegram: Telegram | None = None
    alertmanager: Alertmanager | None = None
    webhook: Webhook | None = None
    apprise: Apprise | None = None
    language: Literal["id", "en"] = "id"
    match: Match = field(default_factory=Match)
    limit: MessageLimit = field(default_factory=MessageLimit)
    hours: OfficeHours = field(default_factory=OfficeHours)
    summary: OptionalTime = ""
    on_call_only: bool = False

    @property
    def channel(self) -> InventoryTable | None:
        """The settings of its one channel."""
        return next((getattr(self, one) for one in CHANNELS if getattr(self, one) is not None), None)

    @property
    def edits(self) -> bool:
        """Its channel edits the message of an incident when the incident changes."""
        return any(getattr(self, channel) is not None for channel in EDITING)


class Escalation(InventoryTable, frozen=True, kw_only=True):
    """These receivers get a notice of an incident that nobody has in hand so long after its announcement."""

    after_minutes: Annotated[float, Meta(ge=1, le=7 * 24 * 60)]
    receivers: list[str]
    match: Match = field(default_factory=Match)


CHANNELS = tuple(key.name for key in fields(Receiver) if key.default is None)
"""The keys of a receiver that are channels. A receiver has exactly one of them."""

EDITING = frozenset({"telegram"})
"""Channels that keep one message an incident and edit it. They alone get notices of the kind `updated`."""


class CityTable(InventoryTable, frozen=True, kw_only=True):
    """The table `[city]`. Agents ping the addresses in `internet` in place of its rings.

    Agents ask `resolvers` for `lookup_name`, or their own name servers when there are none. A router
    outside of `networks` is a typing error. `page_url` is the address of the pages as people reach them;
    each notice links to the page of its incident. `ticket_url_file` has the Apprise URL of the mail account
    that sends fault reports.
    """

    name: str
    timezone: str = "Asia/Pontianak"
    internet: Internet = field(default_factory=Internet)
    resolvers: Annotated[list[str], Meta(max_length=3)] = []
    lookup_name: str = "example.com"
    networks: list[str] = []
    page_url: Url | Literal[""] = ""
    ticket_url_file: str = ""


class City(CityTable, frozen=True, kw_only=True):
    sites: dict[str, Site] = {}
    links: dict[str, Link] = {}
    applications: dict[str, Application] = {}
    roles: dict[str, WatchSettings] = {}
    snmp: dict[str, Polling] = {}
    providers: dict[str, Provider] = {}
    duty: dict[str, Duty] = {}
    receivers: dict[str, Receiver] = {}
    maintenance: list[MaintenanceWindow] = []
    rota: list[Shift] = []
    escalation: list[Escalation] = []
    profiles: dict[str, Profile] = {}
