"""Accounts of people, their sessions, tokens of programs, roles, and the record of all changes. Pure.

Passwords and other secrets are known by their hashes alone.
"""

from collector.access.account import Account, AccountSession, ApiToken
from collector.access.audit import Asker, AuditRow, audit_rows
from collector.access.changes import AccessChanges
from collector.access.refusal import AccessRefused, NotThere
from collector.access.register import AccessRegister
from collector.access.role import ROLES, Role, reaches
from collector.access.settings import AccessSettings
from collector.access.visitor import NOBODY, Visitor

__all__ = [
    "NOBODY",
    "ROLES",
    "AccessChanges",
    "AccessRefused",
    "AccessRegister",
    "AccessSettings",
    "Account",
    "AccountSession",
    "ApiToken",
    "Asker",
    "AuditRow",
    "NotThere",
    "Role",
    "Visitor",
    "audit_rows",
    "reaches",
]
