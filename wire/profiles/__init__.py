"""The profiles that ship, one TOML file each. wire/profile.py says how to read them."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from wire.profile import Profile


@cache
def known() -> tuple[str, ...]:
    names = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def builtin(name: str) -> Profile:
    """Raises KeyError for a name that is not known."""
    if name not in known():
        raise KeyError(name)
    return msgspec.convert(tomllib.loads((files(__name__) / f"{name}.toml").read_text("utf-8")), Profile)
