"""Accounts, tokens and the record of changes in lines for a person."""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from collector.access import AuditRow
from collector.access.known import KnownAccount, KnownToken, MadeToken


def accounts(found: Iterable[KnownAccount], zone: tzinfo) -> Iterator[str]:
    none = True
    for one in found:
        none = False
        signed_in = f"signed in since {_at(one.signed_in, zone)}" if one.signed_in else "not signed in"
        proxy = "" if one.has_password else ", by the proxy alone"
        yield f"{one.name}  {one.role}  {signed_in}{proxy}"
    if none:
        yield "no accounts; add one: pantau-collector user add NAME --role admin"


def tokens(found: Iterable[KnownToken], now: float, zone: tzinfo) -> Iterator[str]:
    none = True
    for one in found:
        none = False
        end = "ended" if now >= one.ends_at else "ends"
        yield f"{one.name}  {one.role}  {end} {_at(one.ends_at, zone)}  made by {one.made_by}"
    if none:
        yield "no tokens; make one: pantau-collector token add NAME"


def made_token(made: MadeToken, zone: tzinfo) -> Iterator[str]:
    yield made.secret
    role, end = made.token.role, _at(made.token.ends_at, zone)
    yield f"It has the role {role} until {end}, and is shown this once."
    yield "A program sends it as Authorization: Bearer …"


def audit(rows: Iterable[AuditRow], zone: tzinfo) -> Iterator[str]:
    none = True
    for row in rows:
        none = False
        by = f" for {row.by}" if row.by and row.by != row.who else ""
        where = f" from {row.address}" if row.address else ""
        what = " ".join(filter(None, (row.what, row.about, f"“{row.text}”" if row.text else "")))
        yield f"{_at(row.at, zone)}  {row.who}{by}: {what}  ({row.via}{where})"
    if none:
        yield "nothing is recorded yet"


def _at(moment: float, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(moment, zone):%Y-%m-%d %H:%M:%S}"
