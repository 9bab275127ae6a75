from collections.abc import Iterator

import pytest

from tests import alone as machine


@pytest.fixture
def alone() -> Iterator[None]:
    with machine.alone():
        yield
