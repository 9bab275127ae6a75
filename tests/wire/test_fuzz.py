from tests.wire.fuzz import fuzz


def test_damaged_messages_are_refused_in_bounded_time_and_memory() -> None:
    assert fuzz(seed=1, inputs=1000) == 1000
