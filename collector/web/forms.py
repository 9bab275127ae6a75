"""A form of our own pages, as a browser sends it: its fields, or the reason why it changes nothing."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from fastapi import HTTPException, Request
from fastapi.responses import Response

from collector.web.form_permission import Standing, after_token, from_own_page, keep, remember, standing
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


async def received(request: Request, token: str) -> SentForm:
    """`token` is that of [web] token_file, "" where none is set. Raises HTTPException."""
    may = standing(request, token)
    if not from_own_page(request) or not request.headers.get("content-type", "").startswith(FORM):
        return SentForm(may, {}, 403, "foreign_form")
    if may == "elsewhere":
        return SentForm(may, {}, 403)
    fields = _fields(await read_body(request))
    may = after_token(may, fields.get("token", "").strip(), token)
    return SentForm(may, fields) if may == "permitted" else SentForm(may, fields, 401, "wrong_token")


def remember_person(answer: Response, request: Request, token: str, fields: Mapping[str, str]) -> None:
    """Let the browser keep the permission and the name for the next form."""
    if token:
        remember(answer, request, token)
    if name := name_of_person(fields):
        keep(answer, request, NAME_COOKIE, quote(name))


def name_of_person(fields: Mapping[str, str]) -> str:
    return visible(fields.get("by", ""))


def remembered_name(request: Request) -> str:
    return visible(unquote(request.cookies.get(NAME_COOKIE, "")))


def taker(request: Request, token: str) -> str:
    """The name of the person who may take an incident in hand by one button; "" where the form must ask."""
    return remembered_name(request) if standing(request, token) == "permitted" else ""


def _fields(body: bytes) -> dict[str, str]:
    """Raises HTTPException."""
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=MAX_FIELDS))
    except ValueError:
        raise HTTPException(422, "the form can't be read") from None
