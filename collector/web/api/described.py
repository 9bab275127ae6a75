"""The description of bodies, answers and errors for OpenAPI."""

from typing import Any

import msgspec
from fastapi.responses import Response

REF = "#/components/schemas/{name}"
Responses = dict[int | str, dict[str, Any]]


class ApiError(msgspec.Struct):
    """Each error: `detail` is one line for a person."""

    detail: str


def _content(wanted: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components((wanted,), ref_template=REF)
    return {"application/json": {"schema": schema}}


def answer(wanted: Any) -> Responses:
    """The answer with status 200."""
    return {200: {"content": _content(wanted)}}


def error(status: int, description: str) -> Responses:
    return {status: {"description": description, "content": _content(ApiError)}}


UNAVAILABLE = error(503, "Nothing can be stored or read just now.")
NOT_PERMITTED = error(401, "No token, or a wrong one.") | error(403, "The role may not do this.")
BAD_QUERY = error(422, "A parameter is wrong.")
BAD_BODY = (
    error(408, "The body did not come.")
    | error(413, "The body is too large.")
    | error(415, "Not application/json.")
    | error(422, "Not the document that is wanted.")
)
SECURITY: dict[str, Any] = {"security": [{"token": []}, {}]}
"""With the token, or without one where none is set."""


def body(wanted: Any) -> dict[str, Any]:
    """Describe the body for OpenAPI alone. FastAPI would read a declared body before the permission check."""
    return {"requestBody": {"required": True, "content": _content(wanted)}, **SECURITY}


def encoded(document: object) -> Response:
    return Response(msgspec.json.encode(document), media_type="application/json")


def with_components(described: dict[str, Any], structs: tuple[Any, ...]) -> dict[str, Any]:
    """The OpenAPI document with the schemas that the routes refer to."""
    _, schemas = msgspec.json.schema_components((ApiError, *structs), ref_template=REF)
    components = described.setdefault("components", {})
    components.setdefault("schemas", {}).update(schemas)
    token = {"type": "http", "scheme": "bearer", "description": "The token of [web] token_file."}
    components["securitySchemes"] = {"token": token}
    return described
