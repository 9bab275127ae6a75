"""The token in each form of a person who has signed in: itsdangerous signs it, for this session alone."""

from itsdangerous import BadSignature, URLSafeSerializer

from collector.access import Visitor
from collector.intake.access_desk import AccessDesk
from collector.web.access.visitors import same

FIELD = "form_token"
SALT = "pantau form"


def form_token(visitor: Visitor, desk: AccessDesk) -> str:
    """ "" for a visitor who has not signed in."""
    return str(_signer(desk).dumps(_bound_to(visitor))) if visitor.person else ""


def fits(given: str, visitor: Visitor, desk: AccessDesk) -> bool:
    if not visitor.person:
        return True
    try:
        return same(str(_signer(desk).loads(given)), _bound_to(visitor))
    except BadSignature:
        return False


def _bound_to(visitor: Visitor) -> str:
    return visitor.session or f"proxy {visitor.name}"


def _signer(desk: AccessDesk) -> URLSafeSerializer:
    return URLSafeSerializer(desk.session_key, salt=SALT)
