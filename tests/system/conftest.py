from collections.abc import Iterator

import pytest

from tests.netns import lab


@pytest.fixture
def alone() -> Iterator[None]:
    """On a machine of its own that leads nowhere: an agent pings its gateway. Needs root."""
    with lab() as built, built.host("alone").entered():
        yield
