"""schemathesis asks each operation with fitting and unfitting documents: no answer is a fault of the server.

And whoever may not ask changes nothing and learns nothing. It is bounded: a few documents for each operation.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from collector.access import AccessSettings
from tests.collector.web.serving import Served, serving
from tests.collector.web.signed_in import add_token
from tests.fakes.played_city import PlayedCity, sample_city

BOTH = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
FIT = (GenerationMode.POSITIVE,)
ADMIN = {"Authorization": "Bearer s3cret"}


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut.add("camat-utara")
    city.run(80)
    served = Served(city.state, now=city.now, token="s3cret", settings=AccessSettings(reading="signed-in"))
    served.watch = city.watch
    with serving(served):
        yield served


@pytest.fixture(scope="module")
def schema(web: Served) -> Any:
    return schemathesis.openapi.from_url(f"{web.url}/openapi.json", headers=ADMIN)


def asked(
    schema: Any, web: Served, headers: dict[str, str], examples: int, modes: tuple[GenerationMode, ...]
) -> Iterator[tuple[Any, Any]]:
    """Each operation and an answer of it."""
    for found in schema.get_all_operations():
        operation = found.ok()
        if not operation.path.startswith("/api/"):
            continue
        answers: list[Any] = []
        for mode in modes:
            call = _calling(operation.as_strategy(generation_mode=mode), web, headers, answers, examples)
            try:
                call()
            except Unsatisfiable:  # nothing can be wrong about a request without parameters
                continue
        yield from ((operation, answer) for answer in answers)


def _calling(
    cases: Any, web: Served, headers: dict[str, str], answers: list[Any], examples: int
) -> Callable[[], None]:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def call(case: Any) -> None:
        answers.append(case.call(base_url=web.url, headers=headers))

    return call


def test_no_document_makes_the_server_fail_or_answer_as_is_not_described(schema: Any, web: Served) -> None:
    number = 0
    for operation, answer in asked(schema, web, ADMIN, 5, BOTH):
        number += 1
        told = f"{operation.label}: {answer.status_code} {answer.text[:200]}"
        assert answer.status_code < 500, told
        assert str(answer.status_code) in operation.definition.raw["responses"], told
    assert number > 150


def test_nobody_who_has_not_signed_in_gets_anything(schema: Any, web: Served) -> None:
    for operation, answer in asked(schema, web, {}, 2, FIT):
        assert answer.status_code in (401, 415), f"{operation.label}: {answer.status_code}"


def test_a_viewer_changes_nothing(schema: Any, web: Served) -> None:
    headers = {"Authorization": f"Bearer {add_token(web, 'wall', 'viewer')}"}
    before = web.store.audit(limit=1)[0].number
    for operation, answer in asked(schema, web, headers, 2, FIT):
        is_reading = operation.method.upper() == "GET" and "security" not in operation.definition.raw
        allowed = (200, 404, 422) if is_reading else (403, 415)
        assert answer.status_code in allowed, f"{operation.label}: {answer.status_code}"
    assert web.store.audit(limit=1)[0].number == before
