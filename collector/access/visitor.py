"""The one who asks something of the collector over HTTP."""

from typing import Literal, NamedTuple

from collector.access.role import Role, reaches

Kind = Literal["nobody", "here", "machine", "form", "account", "proxy", "token"]
"""`here` is a program or person on the collector's own machine where nothing asks for more. `machine` gave
the token of [web] token_file, `form` gave it to a form of our pages. `account` signed in, `proxy` comes by
the trusted proxy, `token` is a program with a token of its own.
"""


class Visitor(NamedTuple):
    """`name` is the account's or token's. `session` is the hash of the session's secret, "" without one.

    `complaint` says why a secret that was given counts for nothing.
    """

    kind: Kind
    role: Role | None = None
    name: str = ""
    address: str = ""
    session: str = ""
    complaint: str = ""

    def may(self, wanted: Role) -> bool:
        return reaches(self.role, wanted)

    @property
    def person(self) -> str:
        """The name of the person, where it is known without asking."""
        return self.name if self.kind in ("account", "proxy") else ""

    @property
    def who(self) -> str:
        """For the record of changes."""
        match self.kind:
            case "account" | "proxy":
                return self.name
            case "token":
                return f"token {self.name}"
            case "machine" | "form":
                return "the machine's token"
            case "here":
                return "this machine"
            case "nobody":
                return "nobody"


NOBODY = Visitor("nobody")
