"""agent.toml of a box that joined. Settings that a person made stay, apart from those that joining makes."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from agent.joining.identity import Identity
from runtime.files.writing import write_whole
from wire.joining import Joined

DEFAULT_DIRECTORY = Path("/var/lib/pantau-agent")
MADE_TABLES = ("broker", "enrolment")
MADE_KEYS = ("agent", "directory")
HEAD = "# Written by pantau-agent join. docs/install.md has the settings that you may add."
_TABLE = re.compile(r"\s*\[\[?\s*([\w-]+)")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def write_settings(file: Path, joined: Joined, identity: Identity, directory: Path) -> None:
    """The file as it was before is kept beside it as `….before`. Raises OSError."""
    former = _former(file)
    top, tables = _kept(former)
    new = "\n".join([*_head(joined, directory), *top, *_made_tables(joined, identity), *tables]) + "\n"
    if former == new:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    if former:
        write_whole(file.with_name(f"{file.name}.before"), former.encode())
    write_whole(file, new.encode())


def _head(joined: Joined, directory: Path) -> list[str]:
    lines = [HEAD, f"agent = {_string(joined.agent)}"]
    return lines if directory == DEFAULT_DIRECTORY else [*lines, f"directory = {_string(str(directory))}"]


def _made_tables(joined: Joined, identity: Identity) -> list[str]:
    return [
        "",
        "[broker]",
        f"host = {_string(joined.broker_host)}",
        f"port = {joined.broker_port}",
        *([f"fallback_port = {joined.fallback_port}"] if joined.fallback_port else []),
        f"ca_file = {_string(str(identity.trust_file))}",
        f"certificate_file = {_string(str(identity.certificate_file))}",
        f"key_file = {_string(str(identity.certificate_file))}",
        "",
        "[enrolment]",
        f"host = {_string(joined.enrolment_host)}",
        f"port = {joined.enrolment_port}",
    ]


def _former(file: Path) -> str:
    """Raises OSError."""
    try:
        return file.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def _kept(former: str) -> tuple[list[str], list[str]]:
    """The lines before the first table, and the tables, that joining does not make.

    Nothing is kept of a file that is no TOML, or whose lines can't be told apart.
    """
    kept = {key: value for key, value in _parsed(former).items() if key not in (*MADE_KEYS, *MADE_TABLES)}
    if not kept:
        return [], []
    top, tables = _other_lines(former)
    return (top, ["", *tables]) if _parsed("\n".join([*top, *tables])) == kept else ([], [])


def _other_lines(former: str) -> tuple[list[str], list[str]]:
    table = ""
    top: list[str] = []
    tables: list[str] = []
    for line in former.splitlines():
        if begins := _TABLE.match(line):
            table = begins[1]
        key = _KEY.match(line)
        if line == HEAD or table in MADE_TABLES or (not table and key and key[1] in MADE_KEYS):
            continue
        (tables if table else top).append(line)
    return _without_blank_ends(top), _without_blank_ends(tables)


def _without_blank_ends(lines: list[str]) -> list[str]:
    return "\n".join(lines).strip("\n").splitlines()


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _string(text: str) -> str:
    """A basic string of TOML: the escapes of JSON are among its own."""
    return json.dumps(text)
