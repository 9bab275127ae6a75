"""Who may do what: accounts, their sessions, tokens of programs, and the record of all changes. Pure.

Passwords and other secrets are known by their hashes alone.
"""

from collector.access.account import Account, AccountSession, ApiToken
from collector.access.audit import Asker, AuditRow, audit_rows
from collector.access.changes import AccessChanges
from collector.access.refusal import AccessRefused, NotThere
from collector.access.register import Register
from collector.access.role import ROLES, Role, reaches
from collector.access.settings import AccessSettings
from collector.access.visitor import NOBODY, Visitor

__all__ = [
    "NOBODY",
    "ROLES",
    "AccessChanges",
    "AccessRefused",
    "AccessSettings",
    "Account",
    "AccountSession",
    "ApiToken",
    "Asker",
    "AuditRow",
    "NotThere",
    "Register",
    "Role",
    "Visitor",
    "audit_rows",
    "reaches",
]
