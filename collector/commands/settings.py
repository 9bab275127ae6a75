"""The collector's settings, for a command: which file, and its paths as seen from here."""

from pathlib import Path

import msgspec

from collector.config import CollectorConfig, load
from runtime.broker.settings import FILES

CONFIG = Path("/etc/pantau/collector.toml")
HERE = Path("var/collector.toml")


def default_file() -> Path:
    """The installed file, else that of an --all-in-one in this folder."""
    return HERE if HERE.exists() and not CONFIG.exists() else CONFIG


def configured(file: Path) -> CollectorConfig:
    """The settings; relative paths in them start at the folder of the file. Raises BadConfig."""
    config, folder = load(file), file.parent
    replace = msgspec.structs.replace
    store = config.store
    if store.startswith("sqlite:///") and not store.startswith("sqlite:////"):
        store = f"sqlite:///{(folder / store.removeprefix('sqlite:///')).resolve()}"
    web = config.web
    for key in ("token_file", "metrics_token_file", "certificate_file", "key_file"):
        if path := getattr(web, key):
            web = replace(web, **{key: str(folder / path)})
    authority = config.authority
    if authority:
        passphrase = str(folder / authority.passphrase_file) if authority.passphrase_file else ""
        authority = replace(
            authority, directory=str(folder / authority.directory), passphrase_file=passphrase
        )
    files = {name: str(folder / path) for name in FILES if (path := getattr(config.broker, name))}
    return replace(
        config,
        inventory=str(folder / config.inventory),
        store=store,
        web=web,
        broker=replace(config.broker, **files),
        authority=authority,
    )
