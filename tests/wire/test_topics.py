import pytest

from wire.topics import every, parse, topic


def test_a_topic_is_read_back() -> None:
    assert topic("gradasi", "report") == "pantau/v1/gradasi/report"
    assert parse("pantau/v1/gradasi/report") == ("gradasi", "report")
    assert every("presence") == "pantau/v1/+/presence"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "pantau/v1/gradasi",
        "pantau/v1/gradasi/",
        "pantau/v1/gradasi/report/",
        "pantau/v1/gradasi/else",
        "pantau/v2/gradasi/report",
        "pantau/v1/_collector/presence",
        "pantau/v1/ab/report",
        "pantau/v1/" + "a" * 33 + "/report",
        "pantau/v1/Gradasi/report",
        "pantau/v1/gradasi\n/report",
        "x/pantau/v1/gradasi/report",
    ],
)
def test_a_topic_that_is_not_an_agents_is_none(name: str) -> None:
    assert parse(name) is None
