"""The limits of wrong passwords."""

from hypothesis import given
from hypothesis import strategies as st

from collector.access.guessing import IN_ALL, PER_ACCOUNT, PER_ADDRESS, WINDOW_SECONDS, Guessing

NOW = 1_790_000_000.0
ADDRESSES = [f"10.0.{n // 250}.{n % 250}" for n in range(2 * IN_ALL)]


def tries(guessing: Guessing, account: str, address: str, many: int, now: float = NOW) -> int:
    """So many of the tries are looked at."""
    return sum(guessing.wait_seconds(account, address, (), now) == 0 for _ in range(many))


def test_one_account_gets_few_tries_from_all_addresses_together() -> None:
    guessing = Guessing()
    looked_at = sum(tries(guessing, "sari", address, 1) for address in ADDRESSES)
    assert looked_at == PER_ACCOUNT


def test_one_address_gets_few_tries_at_all_accounts_together() -> None:
    guessing = Guessing()
    assert sum(tries(guessing, f"account{n}", "10.0.0.1", 1) for n in range(100)) == PER_ADDRESS


def test_a_whole_network_of_ipv6_counts_as_one_address() -> None:
    guessing = Guessing()
    looked_at = sum(tries(guessing, f"account{n}", f"2001:db8::{n:x}", 1) for n in range(100))
    assert looked_at == PER_ADDRESS
    assert tries(guessing, "sari", "2001:db8:0:1::1", 1) == 1


def test_all_addresses_and_accounts_together_get_a_bounded_number_of_tries() -> None:
    guessing = Guessing()
    looked_at = sum(tries(guessing, f"account{n}", address, 1) for n, address in enumerate(ADDRESSES))
    assert looked_at == IN_ALL


def test_strangers_who_guess_lock_nobody_out_of_a_known_address() -> None:
    guessing, known = Guessing(), {"10.9.9.9"}
    for address in ADDRESSES:
        tries(guessing, "sari", address, 1)
    assert guessing.wait_seconds("sari", "10.9.9.9", known, NOW) == 0
    assert guessing.wait_seconds("sari", "10.8.8.8", known, NOW) > 0


def test_a_right_password_costs_nothing() -> None:
    guessing = Guessing()
    for _ in range(10 * IN_ALL):
        assert guessing.wait_seconds("sari", "10.0.0.1", (), NOW) == 0
        guessing.right("sari", "10.0.0.1", ())


@given(st.lists(st.tuples(st.floats(0, 3 * WINDOW_SECONDS), st.sampled_from("abc")), max_size=100))
def test_who_waits_as_long_as_asked_is_looked_at_again(asked: list[tuple[float, str]]) -> None:
    guessing = Guessing()
    for after, account in sorted(asked):
        guessing.wait_seconds(account, "10.0.0.1", (), NOW + after)
    last = NOW + 3 * WINDOW_SECONDS
    wait = guessing.wait_seconds("a", "10.0.0.1", (), last)
    assert 0 <= wait <= WINDOW_SECONDS
    assert wait == 0 or guessing.wait_seconds("a", "10.0.0.1", (), last + wait) == 0


def test_a_clock_that_was_set_back_locks_nobody_out_for_longer() -> None:
    guessing = Guessing()
    tries(guessing, "sari", "10.0.0.1", 50)
    assert tries(guessing, "sari", "10.0.0.1", 1, NOW - 86400) == 1
