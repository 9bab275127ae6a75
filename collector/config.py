"""collector.toml: the broker, the inventory, the store, and the address of the web page."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct, field

from runtime import settings
from runtime.broker.settings import Broker, Port, fault, host_fault
from runtime.files import secret
from runtime.files.text import NotText
from runtime.settings import BadConfig
from wire.url import PATTERN

WEB_FILE = "web.pem"
"""In the directory of [authority]: the certificate of the web, and its key."""
LabelName = Annotated[str, Meta(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*\Z")]


CREDENTIALS = Path("/run/credentials")
"""systemd.exec(5), LoadCredential=."""


class Web(Struct, frozen=True, forbid_unknown_fields=True):
    """A change (an acknowledgement, a test message) needs an account, a token of a program, or the machine's
    own token in `token_file`. Without any of them only this machine may ask for one.

    `reading` says who sees the pages. /metrics and /sd ask for the token in `metrics_token_file`, or for an
    address in `metrics_networks`. Requests from `proxy_networks` are believed about the client's address, and
    by `proxy_user_header` about the person, whose role is that of an account of this name, else
    `proxy_user_role`.

    With `tls = "authority"` the pages come over TLS with a certificate of our own authority, with
    `certificate_file` with one's own; its key may stand in the same file. `grafana_url` is the address of
    Grafana as people reach it: the pages have links to its dashboards, and none while it is "".
    """

    host: str = "127.0.0.1"
    port: Port = 8470
    token_file: str = ""
    grafana_url: str = ""
    reading: Literal["open", "signed-in"] = "open"
    metrics_token_file: str = ""
    metrics_networks: list[str] = []
    tls: Literal["", "authority"] = ""
    certificate_file: str = ""
    key_file: str = ""
    proxy_networks: list[str] = []
    proxy_user_header: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]*\Z")] = ""
    proxy_user_role: Literal["", "viewer", "operator", "admin"] = ""

    def token(self) -> str:
        """Raises BadConfig."""
        return _secret("web.token_file", self.token_file, "write a secret into it")

    def metrics_token(self) -> str:
        """Raises BadConfig."""
        return _secret("web.metrics_token_file", self.metrics_token_file, "write a secret into it")


class History(Struct, frozen=True, forbid_unknown_fields=True):
    """`remote_write_url` gets the measurements that no scrape shows; with `every_report` it gets all of them.

    The server does not take samples that are older than `window_hours`. `labels` are those that Prometheus'
    scrape of /metrics/city adds, so that the series are the same.
    """

    remote_write_url: str = ""
    every_report: bool = False
    window_hours: Annotated[float, Meta(gt=0, le=24 * 366)] = 24.0
    labels: dict[LabelName, str] = field(default_factory=lambda: {"job": "pantau-city", "instance": "pantau"})


class Heartbeat(Struct, frozen=True, forbid_unknown_fields=True):
    """While the collector is well, it asks for `url` each period: a dead man's switch watches for that."""

    url: str = ""
    period_seconds: Annotated[float, Meta(ge=10, le=3600)] = 60.0


class Authority(Struct, frozen=True, forbid_unknown_fields=True):
    """The collector's own authority, and the port at which boxes join and agents renew their certificates.

    `names` are those by which boxes reach this machine; the first stands in codes. `broker_port` and
    `fallback_port` (0: none) are told to a box that joins. A certificate lives for `agent_days`, and renews
    until `grace_days` after its end. Paths are relative to collector.toml.
    """

    names: Annotated[list[str], Meta(min_length=1, max_length=20)]
    directory: str = "authority"
    passphrase_file: str = ""
    host: str = "::"
    port: Port = 8471
    broker_port: Port = 8883
    fallback_port: Annotated[int, Meta(ge=0, le=65535)] = 0
    agent_days: Annotated[float, Meta(ge=1, le=825)] = 90.0
    grace_days: Annotated[float, Meta(ge=0, le=400)] = 180.0

    def passphrase(self) -> str:
        """Raises BadConfig."""
        return _secret("authority.passphrase_file", self.passphrase_file, "write the passphrase into it")


class CollectorConfig(Struct, frozen=True, forbid_unknown_fields=True):
    """`store` is an SQLAlchemy URL; `inventory` a folder or file. Paths are relative to collector.toml.

    With `simulation` every page says that its city is one.
    """

    inventory: str = "inventory"
    store: str = "sqlite:///pantau.sqlite"
    broker: Broker = field(default_factory=Broker)
    web: Web = field(default_factory=Web)
    history: History = field(default_factory=History)
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    simulation: bool = False
    authority: Authority | None = None

    def web_certificate(self) -> tuple[Path, Path] | None:
        """The files of the web's certificate and of its key, which may be one; None: it speaks HTTP."""
        web = self.web
        if web.tls and self.authority is not None:
            file = Path(self.authority.directory) / WEB_FILE
            return file, file
        if not web.certificate_file:
            return None
        return Path(web.certificate_file), Path(web.key_file or web.certificate_file)


def load(path: Path) -> CollectorConfig:
    """Raises BadConfig."""
    config = settings.load(path, CollectorConfig)
    if complaint := fault(config.broker):
        raise BadConfig(f"{path}: {complaint}")
    if complaint := _about_grafana(config.web.grafana_url):
        raise BadConfig(f"{path}: web.grafana_url: {complaint}")
    if config.authority and (complaint := _of_authority(config.authority)):
        raise BadConfig(f"{path}: authority.{complaint}")
    if complaint := _about_tls(config) or _about_networks(config.web):
        raise BadConfig(f"{path}: web.{complaint}")
    if complaint := _complaint(config.history):
        raise BadConfig(f"{path}: history.{complaint}")
    if config.heartbeat.url and not _is_usable(config.heartbeat.url):
        example = "https://watch.example/ping/4f1c"
        raise BadConfig(f"{path}: heartbeat.url: {config.heartbeat.url}: not a URL; write one like {example}")
    return config


def _secret(key: str, file: str, remedy: str) -> str:
    """The secret in the file that `key` names, "" where it names none. Raises BadConfig."""
    if not file:
        return ""
    try:
        return secret.read(Path(file))
    except OSError as error:
        if Path(file).is_relative_to(CREDENTIALS):
            remedy = f"systemd puts it there while {Path(file).parent.name} runs, for root to read"
        raise BadConfig(f"{key}: {file}: {error.strerror}; {remedy}") from None
    except NotText as error:
        raise BadConfig(f"{key}: {file}: {error}") from None


def _of_authority(authority: Authority) -> str:
    for name in authority.names:
        if complaint := host_fault(name):
            return f"names: {name!r}: {complaint}"
    return ""


def _about_grafana(url: str) -> str:
    if not url:
        return ""
    if not _is_usable(url):
        return f"{url}: not a URL; write one like https://grafana.example"
    if urlsplit(url).username is not None:
        return "user and password are not supported; write it without"
    if not re.fullmatch(PATTERN, url) or set(url) & set("?#"):
        return f"{url}: more than an address; write it in ASCII, without ? and #"
    return ""


def _about_tls(config: CollectorConfig) -> str:
    web = config.web
    if web.tls and web.certificate_file:
        return "tls: authority: there is certificate_file too; leave one of them out"
    if web.tls and config.authority is None:
        return "tls: authority: there is none; add [authority], or set certificate_file and key_file"
    if web.key_file and not web.certificate_file:
        return "key_file: there is no certificate_file; set it too"
    return ""


def _about_networks(web: Web) -> str:
    for key, networks in (
        ("metrics_networks", web.metrics_networks),
        ("proxy_networks", web.proxy_networks),
    ):
        for one in networks:
            try:
                ip_network(one)
            except ValueError as error:
                return f"{key}: {error}; write a network like 10.1.0.0/16, or one address"
    if web.proxy_user_header and not web.proxy_networks:
        return "proxy_user_header: anybody could send it; name the proxy's address in proxy_networks"
    return ""


def _complaint(history: History) -> str:
    url, example = history.remote_write_url, "http://127.0.0.1:9090/api/v1/write"
    if not url:
        return f"every_report: nowhere to; set remote_write_url, as {example}" if history.every_report else ""
    if not _is_usable(url):
        return f"remote_write_url: {url}: not a URL; write one like {example}"
    if urlsplit(url).username:
        return "remote_write_url: user and password are not supported; write it without"
    return ""


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:
        return False
