"""A form of our own pages, as a browser sends it: its fields, or the reason why it changes nothing."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from fastapi import HTTPException, Request
from fastapi.responses import Response

from collector.access import Role
from collector.intake.access_desk import AccessDesk
from collector.web.access.form_tokens import FIELD, fits
from collector.web.access.own_page import from_own_page
from collector.web.access.visitors import visitor
from collector.web.form_permission import Standing, after_token, keep, remember, standing
from collector.web.limits import read_body
from wire.text import visible

NAME_COOKIE = "pantau_name"
MAX_FIELDS = 10
FORM = "application/x-www-form-urlencoded"


class BadForm(Exception):
    """The form makes no sense. The text is a key of the pages' words."""


class SentForm(NamedTuple):
    """It may change something if `status` is 0; else that is the status of the answer.

    `trouble` is a key of the pages' words, "" if the page says why in another way.
    """

    may: Standing
    fields: Mapping[str, str]
    status: int = 0
    trouble: str = ""


async def received(request: Request, desk: AccessDesk, wanted: Role = "operator") -> SentForm:
    """Raises HTTPException."""
    may = standing(request, desk, wanted)
    if not from_own_page(request) or not request.headers.get("content-type", "").startswith(FORM):
        return SentForm(may, {}, 403, "foreign_form")
    if may == "elsewhere":
        return SentForm(may, {}, 403)
    fields = await fields_of(request)
    may = after_token(may, request, fields.get("token", "").strip(), desk)
    if may != "permitted":
        trouble = {"token": "wrong_token", "role": "role_too_low"}.get(may, "sign_in_again")
        return SentForm(may, fields, 403 if may == "role" else 401, trouble)
    if not fits(fields.get(FIELD, ""), visitor(request), desk):
        return SentForm(may, fields, 403, "foreign_form")
    return SentForm(may, fields)


def remember_person(answer: Response, request: Request, desk: AccessDesk, fields: Mapping[str, str]) -> None:
    """Let the browser keep the permission and the name for the next form."""
    found = visitor(request)
    if found.kind == "form":
        remember(answer, request, desk.settings.token())
    if not found.person and (name := name_of_person(request, fields)):
        keep(answer, request, NAME_COOKIE, quote(name))


def name_of_person(request: Request, fields: Mapping[str, str]) -> str:
    """The person who signed in, else the name in the form."""
    return visitor(request).person or visible(fields.get("by", ""))


def remembered_name(request: Request) -> str:
    return visitor(request).person or visible(unquote(request.cookies.get(NAME_COOKIE, "")))


def taker(request: Request, desk: AccessDesk) -> str:
    """The name of the person who may take an incident in hand by one button; "" where the form must ask."""
    return remembered_name(request) if standing(request, desk) == "permitted" else ""


async def fields_of(request: Request) -> dict[str, str]:
    """Raises HTTPException."""
    body = await read_body(request)
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=MAX_FIELDS))
    except ValueError:
        raise HTTPException(422, "the form can't be read") from None
