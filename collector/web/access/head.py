"""The person in the head of each page, and the way to sign in."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import Request

from collector.access import NOBODY, Visitor
from collector.intake.access_desk import AccessDesk
from collector.web.access.form_tokens import form_token
from collector.web.access.visitors import visitor

NO_ONE: Mapping[str, object] = {"visitor": NOBODY, "form_token": "", "sign_in": ""}


def person_in_head(request: Request, desk: AccessDesk) -> dict[str, object]:
    """`sign_in` is the address of the page for that; "" for those who need not or can't."""
    found = visitor(request)
    offered = found.kind == "nobody" and desk.has_accounts
    return {
        "visitor": found,
        "form_token": form_token(found, desk),
        "sign_in": sign_in_address(request) if offered else "",
    }


def signs_out(found: Visitor) -> bool:
    """The trusted proxy signs its people out itself."""
    return found.kind == "account"


def sign_in_address(request: Request) -> str:
    """The page to sign in, which leads back to this one."""
    query = f"?{request.url.query}" if request.url.query else ""
    asked = {"to": f"{request.url.path}{query}"}
    if lang := request.query_params.get("lang", ""):
        asked["lang"] = lang[:2]
    return f"/signin?{urlencode(asked)}"


def way_back(to: str) -> str:
    """An address of our own that a person asked for, else that of the first page.

    A browser reads "//" and "/\\" as the beginning of another host's address.
    """
    ours = to.startswith("/") and not to.startswith(("//", "/\\", "/signin", "/signout"))
    return to if ours and to.isascii() and to.isprintable() and len(to) <= 2000 else "/"
