"""Passwords by argon2."""

import time

import pytest
from argon2 import PasswordHasher

from collector.access import AccessRefused
from collector.access.passwords import LONGEST, Passwords

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_the_right_password_fits_and_no_other() -> None:
    passwords = Passwords(QUICK)
    hash = passwords.hash("tepi-kapuas", "sari")
    assert passwords.fits("tepi-kapuas", hash)
    assert not passwords.fits("tepi-kapuaz", hash)
    assert not passwords.fits("", hash)
    assert not passwords.fits("tepi-kapuas" * LONGEST, hash)
    assert "kapuas" not in hash


def test_no_password_fits_an_account_without_one() -> None:
    passwords = Passwords(QUICK)
    assert not passwords.fits("", "")
    assert not passwords.fits("nobody has this password", "")
    assert not passwords.fits("x", "damaged in the store")


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaa", "budi-santoso", "abababababab"])
def test_a_password_that_is_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(AccessRefused, match="too easy to guess"):
        Passwords(QUICK).hash(password, "budi-santoso")


def test_odd_characters_are_a_password_as_any_other() -> None:
    passwords = Passwords(QUICK)
    odd = "kopi\ud800☕\x00 tubruk"
    assert passwords.fits(odd, passwords.hash(odd, "sari"))


def test_an_unknown_account_costs_as_much_work_as_a_wrong_password() -> None:
    """By the processor's time of ten tries each, within a factor of two."""
    passwords = Passwords(PasswordHasher(time_cost=4, memory_cost=1024, parallelism=1))
    hash = passwords.hash("tepi-kapuas", "sari")
    costs = []
    for wanted in (hash, ""):
        began = time.process_time()
        for _ in range(10):
            passwords.fits("wrong password", wanted)
        costs.append(time.process_time() - began)
    assert 0.5 < costs[0] / costs[1] < 2
