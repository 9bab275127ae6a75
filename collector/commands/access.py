"""`pantau-collector user`, `token` and `audit`, through the web API.

A password comes by prompt, standard input or file, never as an argument: those are in the list of processes
and in the history of the shell.
"""

import argparse
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from collector.commands.parser import Commands, show_answer
from runtime.errors import UserError

ROLES = ("viewer", "operator", "admin")


class NoPassword(UserError):
    """No password came."""


def add(commands: Commands) -> None:
    asking = (commands.configured, commands.as_json)
    doing = (*asking, commands.by)
    users = commands.group("user", "accounts of people who sign in at the web pages")
    new = users.add("add", _add_user, "add an account", *doing)
    new.add_argument("name", metavar="NAME")
    new.add_argument("--role", choices=ROLES, default="operator", help="else %(default)s")
    new.add_argument(
        "--by-proxy", action="store_true", help="no password: the trusted proxy names the person"
    )
    _password_option(new)
    users.add("list", _users, "list the accounts", *asking)
    password = users.add("password", _set_password, "set another password, which ends the sessions", *doing)
    password.add_argument("name", metavar="NAME")
    _password_option(password)
    role = users.add("role", _set_role, "give another role, which ends the sessions", *doing)
    role.add_argument("name", metavar="NAME")
    role.add_argument("role", choices=ROLES, metavar="ROLE", help=", ".join(ROLES))
    gone = users.add("remove", _remove_user, "remove an account, which ends its sessions", *doing)
    gone.add_argument("name", metavar="NAME")

    tokens = commands.group("token", "tokens of programs that use the API")
    made = tokens.add("add", _add_token, "make a token, and show it once", *doing)
    made.add_argument("name", metavar="NAME")
    made.add_argument("--role", choices=ROLES, default="viewer", help="else %(default)s")
    made.add_argument("--days", type=float, default=90, metavar="N", help="its life; else %(default)s")
    tokens.add("list", _tokens, "list the tokens", *asking)
    ended = tokens.add("remove", _remove_token, "end a token at once", *doing)
    ended.add_argument("name", metavar="NAME")

    audit = commands.add("audit", _audit, "list who changed what, when and from where", *asking)
    audit.add_argument("--limit", type=int, default=100, metavar="N", help="so many; else %(default)s")


def _password_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-file", metavar="FILE", help="the password's file, - for standard input; else a prompt"
    )


def _add_user(options: argparse.Namespace) -> int:
    password = "" if options.by_proxy else _password(options.password_file)
    document = {"by": options.by, "name": options.name, "role": options.role, "password": password}
    return _account(options, "/api/accounts", document, "POST", "{name} is {role} from now on")


def _set_password(options: argparse.Namespace) -> int:
    document = {"by": options.by, "password": _password(options.password_file)}
    path = f"/api/accounts/{quote(options.name, safe='')}/password"
    return _account(options, path, document, "PUT", "{name} has another password; the sessions have ended")


def _set_role(options: argparse.Namespace) -> int:
    document = {"by": options.by, "role": options.role}
    path = f"/api/accounts/{quote(options.name, safe='')}/role"
    return _account(options, path, document, "PUT", "{name} is {role} from now on")


def _remove_user(options: argparse.Namespace) -> int:
    return _account(
        options,
        _by(f"/api/accounts/{quote(options.name, safe='')}", options),
        None,
        "DELETE",
        "{name} is no account any more",
    )


def _account(
    options: argparse.Namespace, path: str, document: dict[str, Any] | None, method: str, told: str
) -> int:
    from collector.access.known import KnownAccount
    from collector.commands.remote import ask
    from collector.commands.settings import configured

    answer = ask(configured(options.config), path, KnownAccount, document, method)
    return show_answer(options, answer, [told.format(name=answer.name, role=answer.role)])


def _users(options: argparse.Namespace) -> int:
    from collector.access.known import KnownAccount
    from collector.commands.present_access import accounts
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of

    config = configured(options.config)
    answer = ask(config, "/api/accounts", list[KnownAccount])
    return show_answer(options, answer, accounts(answer, zone_of(config)))


def _add_token(options: argparse.Namespace) -> int:
    from collector.access.known import MadeToken
    from collector.commands.present_access import made_token
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of

    config = configured(options.config)
    document = {"by": options.by, "name": options.name, "role": options.role, "days": options.days}
    answer = ask(config, "/api/tokens", MadeToken, document)
    return show_answer(options, answer, made_token(answer, zone_of(config)))


def _tokens(options: argparse.Namespace) -> int:
    import time

    from collector.access.known import KnownToken
    from collector.commands.present_access import tokens
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of

    config = configured(options.config)
    answer = ask(config, "/api/tokens", list[KnownToken])
    return show_answer(options, answer, tokens(answer, time.time(), zone_of(config)))


def _remove_token(options: argparse.Namespace) -> int:
    from collector.access.known import KnownToken
    from collector.commands.remote import ask
    from collector.commands.settings import configured

    path = _by(f"/api/tokens/{quote(options.name, safe='')}", options)
    answer = ask(configured(options.config), path, KnownToken, method="DELETE")
    return show_answer(options, answer, [f"token {answer.name} counts for nothing from now on"])


def _audit(options: argparse.Namespace) -> int:
    from collector.access import AuditRow
    from collector.commands.present_access import audit
    from collector.commands.remote import ask
    from collector.commands.settings import configured
    from collector.commands.times import zone_of

    config = configured(options.config)
    answer = ask(config, f"/api/audit?limit={options.limit}", list[AuditRow])
    return show_answer(options, answer, audit(answer, zone_of(config)))


def _by(path: str, options: argparse.Namespace) -> str:
    return f"{path}?by={quote(options.by, errors='replace')}"


def _password(file: str | None) -> str:
    """The first line of the file or of standard input, else what a person types twice. Raises NoPassword."""
    from getpass import getpass

    try:
        if file is not None:
            text = sys.stdin.read() if file == "-" else Path(file).read_text(errors="replace")
            return text.split("\n", 1)[0].rstrip("\r")
        if not sys.stdin.isatty():
            raise NoPassword("--password-file: no terminal to ask at; write - for standard input, or a file")
        first = getpass("Password: ")
        if getpass("The same again: ") != first:
            raise NoPassword("password: the two differ; try again")
    except OSError as error:
        raise NoPassword(f"--password-file: {file}: {error.strerror}; give another file") from None
    except EOFError:
        raise NoPassword("password: none came; try again") from None
    return first
