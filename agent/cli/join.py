"""`pantau-agent join` and `renew`, for a person at the box. The code never stands on a command line."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from agent.clock import kernel_synchronized
from agent.config import load
from agent.joining.agent_toml import DEFAULT_DIRECTORY
from agent.joining.answers import NotJoined
from agent.joining.held import certificate_days
from agent.joining.join import Box, join
from agent.joining.renew import renew
from runtime.errors import UserError
from runtime.files.reading import data
from runtime.files.text import NotText, text
from runtime.files.toml import NotToml, parsed
from runtime.settings import BadConfig
from wire.joining import Waiting

CODE_BYTES_AT_MOST = 4096


class UnsafeCode(UserError):
    """A code stands where others can read it, or there is none."""


def join_by_person(
    typed: Sequence[str], code_file: Path | None, config_file: Path, directory: Path | None
) -> list[str]:
    """The lines that say what was done and what is next. Raises NotJoined, UnsafeCode and BadConfig."""
    if typed:
        raise UnsafeCode(
            "join: a code on the command line stays in the history of the shell, and ps shows it: ask for a"
            " new invitation, and run pantau-agent join without it"
        )
    folder = directory or _directory(config_file)
    code = _from_file(code_file) if code_file else _asked()
    box = Box(config_file, folder, version("pantau"), kernel_synchronized())
    joined = join(code, box, _say)
    days = certificate_days(joined.certificate, joined.time)
    return [
        f"joined as {joined.agent}; the certificate is good for {days} days and renews by itself",
        f"terdaftar sebagai {joined.agent}; sertifikat berlaku {days} hari dan diperbarui sendiri",
        f"written: {config_file}, {folder / 'identity'}",
        "next: systemctl enable --now pantau-agent",
    ]


def renew_once(config_file: Path) -> str:
    """Raises NotJoined and BadConfig."""
    config = load(config_file)
    if config.enrolment is None:
        raise BadConfig(f"{config_file}: enrolment: is missing; join with pantau-agent join, which writes it")
    outcome = renew(config, config.enrolment, version("pantau"), kernel_synchronized())
    if isinstance(outcome, Waiting):
        raise NotJoined("waiting", detail=f"{outcome.retry_seconds:.0f}")
    return f"renewed: {config.broker.certificate_file}"


def _asked() -> str:
    """From a terminal a person's line, else all of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.read(CODE_BYTES_AT_MOST)
    sys.stdout.write("The code of the invitation / Kode undangan: ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line.strip():
        raise UnsafeCode("join: no code was typed; the control room makes one with pantau-collector invite")
    return line


def _from_file(file: Path) -> str:
    try:
        return data(file, CODE_BYTES_AT_MOST).decode()
    except OSError as error:
        raise UnsafeCode(
            f"--code-file: {file}: {error.strerror}; give the file that holds the code"
        ) from None
    except UnicodeDecodeError:
        raise UnsafeCode(f"--code-file: {file}: is not text; give the file that holds the code") from None


def _directory(config_file: Path) -> Path:
    """That of an agent.toml that is there already, whatever else is wrong with it."""
    try:
        found = parsed(text(config_file.read_bytes())).get("directory")
    except (OSError, NotText, NotToml):
        return DEFAULT_DIRECTORY
    return Path(found) if isinstance(found, str) else DEFAULT_DIRECTORY


def _say(lines: str) -> None:
    sys.stderr.write(f"{lines}\n")
