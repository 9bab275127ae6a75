"""The API's description is true: each operation is called as it says, with and without permission."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from fastapi.openapi.models import OpenAPI

from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.changes import Changes
from collector.streams.ingestion import Quarantined
from tests.collector.web.serving import Answer, Served, serving
from tests.fakes.played_city import PlayedCity, sample_city

TICKET = "/api/incidents/{incident}/ticket"
SECRET = (
    "/api/accounts",
    "/api/audit",
    "/api/tokens",
    "/api/authority",
    "/api/certificates",
    "/api/duty",
    "/api/invitations",
    "/api/notices",
    "/api/notices/replay",
    "/api/quarantine",
    "/api/signing-requests",
    TICKET,
)

TOKEN = {"Authorization": "Bearer s3cret"}
SAMPLES: dict[str, object] = {
    "string": "x",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
    "array": [],
}
ODD = ["x", "..", "%00", "' OR 1=1 --", "ä\u202e", "x" * 3000]
Document = dict[str, Any]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut.add("camat-utara")
    city.run(80)
    folder = AuthorityFolder(tmp_path_factory.mktemp("authority"))
    folder.save(make_ca("Pontianak", city.now))
    served = Served(city.state, now=city.now, token="s3cret", authority=folder)
    served.watch = city.watch
    with serving(served):
        yield served


def described(web: Served) -> Document:
    document: Document = json.loads(web.get("/openapi.json").text)
    return document


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/api/"):
                yield method.upper(), path, operation


def sample(schema: Document, schemas: Document) -> Any:
    """The smallest document that fits the schema."""
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], schemas)
    if "enum" in schema:
        return schema["enum"][-1]
    if schema.get("type") == "object":
        return {key: sample(one, schemas) for key, one in schema.get("properties", {}).items()}
    return SAMPLES[schema["type"]]


def call(
    web: Served, method: str, path: str, operation: Document, schemas: Document, **headers: str
) -> Answer:
    query = "&".join(
        f"{one['name']}={sample(one['schema'], schemas)}"
        for one in operation.get("parameters", ())
        if one["in"] == "query"
    )
    body = b""
    if "requestBody" in operation:
        wanted = operation["requestBody"]["content"]["application/json"]["schema"]
        body = json.dumps(sample(wanted, schemas)).encode()
        headers = {"Content-Type": "application/json", **headers}
    return web.ask(method, path + (f"?{query}" if query else ""), body, **headers)


def test_each_operation_answers_as_described_with_and_without_permission(web: Served) -> None:
    document = described(web)
    schemas = document["components"]["schemas"]
    (incident,) = web.watch.incidents.open()
    for method, path, operation in operations(document):
        for id in (incident.id, "nowhere"):
            address = path
            for name in ("agent", "incident", "link", "window", "key", "name"):
                address = address.replace(f"{{{name}}}", id)
            assert "{" not in address, f"{path}: give this parameter a sample here"
            permitted = call(web, method, address, operation, schemas, **TOKEN)
            stranger = call(web, method, address, operation, schemas)
            for answer in (permitted, stranger):
                assert str(answer.status) in operation["responses"], f"{method} {path}: {answer.text}"
                assert answer.status < 500
            if "security" in operation:
                assert stranger.status == 401, f"{method} {path}"
                assert permitted.status != 401, f"{method} {path}"
            else:
                assert method == "GET"
                assert stranger.status == permitted.status


def test_every_operation_that_changes_something_needs_permission(web: Served) -> None:
    for method, path, operation in operations(described(web)):
        secret = method != "GET" or path in SECRET
        assert ("security" in operation) == secret, f"{method} {path}"


def test_each_operation_has_an_answer_of_a_known_form_and_one_error_form(web: Served) -> None:
    document = described(web)
    OpenAPI.model_validate(document)
    for _, path, operation in operations(document):
        assert operation["responses"]["200"]["content"]["application/json"]["schema"], path
        assert operation["summary"]
        for status, response in operation["responses"].items():
            if status != "200":
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ApiError"}, (path, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize("id", ODD)
def test_an_odd_id_is_answered_with_one_line(web: Served, id: str) -> None:
    document = described(web)
    schemas = document["components"]["schemas"]
    for method, path, operation in operations(document):
        if "{incident}" in path:
            address = path.replace("{incident}", quote(id, safe=""))
            answer = call(web, method, address, operation, schemas, **TOKEN)
            assert answer.status in (200, 404, 405, 422), f"{method} {address}: {answer.text}"
            if answer.status != 200:
                assert json.loads(answer.text)["detail"].isprintable()


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "before=-1", "before=99999999999999999999", "limit=x"]
)
def test_a_wrong_parameter_is_named_in_one_line(web: Served, query: str) -> None:
    answer = web.get(f"/api/actions?{query}")
    assert answer.status == 422
    assert json.loads(answer.text)["detail"].startswith(query.partition("=")[0] + ": ")


def test_the_quarantine_is_listed_with_the_payload_in_base64(web: Served) -> None:
    one = Quarantined("gradasi", "0f", "neither zlib nor JSON", 1e9, b"\x00\xff")
    web.store.commit(Changes(quarantined=[one]))
    listed = web.get("/api/quarantine", **TOKEN)
    assert msgspec.json.decode(listed.body, type=list[Quarantined]) == [one]
    assert json.loads(listed.text)[0]["payload"] == "AP8="
