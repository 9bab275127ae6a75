"""The log says a trouble once and its end once."""

from runtime.trouble import OncePerKey, Trouble


def test_a_trouble_is_said_once_however_its_reason_changes() -> None:
    trouble = Trouble()
    assert [trouble.began("disk full"), trouble.began("disk full"), trouble.began("read-only")] == [
        True,
        False,
        False,
    ]
    assert trouble.reason == "read-only"


def test_the_end_is_said_once_and_only_after_a_trouble() -> None:
    trouble = Trouble()
    assert not trouble.ended()
    trouble.began("disk full")
    assert [trouble.ended(), trouble.ended()] == [True, False]
    assert trouble.reason == ""


def test_a_trouble_that_returns_is_said_again() -> None:
    trouble = Trouble()
    trouble.began("disk full")
    trouble.ended()
    assert trouble.began("disk full")


def test_each_key_is_said_once_until_they_are_cleared() -> None:
    once = OncePerKey(at_most=10)
    assert [once.first("a"), once.first("b"), once.first("a")] == [True, True, False]
    once.clear()
    assert once.first("a")


def test_keys_are_bounded() -> None:
    once = OncePerKey(at_most=16)
    assert sum(once.first(number) for number in range(100)) == 16
