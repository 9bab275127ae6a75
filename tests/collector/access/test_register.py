"""Decisions about accounts, sessions and tokens."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.access import ROLES, AccessRefused, AccessRegister, Account, NotThere, Visitor, reaches
from collector.access.account import DAY, SESSION_SECONDS
from collector.access.register import SESSIONS_AT_MOST
from collector.access.settings import within

NOW = 1_790_000_000.0


def register(*names: str) -> AccessRegister:
    made = AccessRegister()
    for name in names:
        made.adopt(made.add_account(name, "operator", "hash", "Sari", NOW))
    return made


def test_each_role_may_do_what_the_ones_before_it_may() -> None:
    assert [[reaches(role, wanted) for wanted in ROLES] for role in ROLES] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
    assert not any(reaches(None, wanted) for wanted in ROLES)
    assert not Visitor("nobody").may("viewer")


@pytest.mark.parametrize("name", ["", "Sari", "sari adi", "../sari", "a" * 61, "sari\n", "-sari", "säri"])
def test_an_odd_name_makes_no_account(name: str) -> None:
    with pytest.raises(AccessRefused, match="a name has small letters"):
        register().add_account(name, "viewer", "hash", "Sari", NOW)


def test_a_change_counts_only_once_it_is_adopted() -> None:
    known = register()
    changes = known.add_account("budi", "viewer", "hash", "Sari", NOW)
    with pytest.raises(NotThere):
        known.account("budi")
    known.adopt(changes)
    assert known.account("budi").role == "viewer"


@given(st.lists(st.sampled_from(["sari", "budi"]), max_size=60))
def test_an_account_has_a_bounded_number_of_sessions_the_newest(signed_in: list[str]) -> None:
    known = register("sari", "budi")
    for n, name in enumerate(signed_in):
        known.adopt(known.begin_session(known.account(name), f"{name} {n}", "10.0.0.1", NOW + n))
    for name in ("sari", "budi"):
        own = [n for n, one in enumerate(signed_in) if one == name]
        alive = [n for n in own if known.session(f"{name} {n}", NOW + 60)]
        assert alive == own[-SESSIONS_AT_MOST:]


def test_sessions_that_ended_leave_the_register() -> None:
    known = register("sari")
    known.adopt(known.begin_session(known.account("sari"), "old", "10.0.0.1", NOW))
    later = NOW + SESSION_SECONDS["operator"]
    assert known.session("old", later - 1)
    assert known.session("old", later) is None
    known.adopt(known.begin_session(known.account("sari"), "new", "10.0.0.1", later))
    assert len(known.sessions) == 1


def test_a_token_s_name_is_free_again_once_the_token_has_ended() -> None:
    known = register()
    known.adopt(known.add_token("grafana", "viewer", 1, "one", "Sari", NOW))
    with pytest.raises(AccessRefused):
        known.add_token("grafana", "viewer", 1, "two", "Sari", NOW + DAY - 1)
    known.adopt(known.add_token("grafana", "viewer", 1, "two", "Sari", NOW + DAY))
    assert known.token("one") is None
    assert known.token("two") is not None


@pytest.mark.parametrize("days", [0.0, -1.0, 1e9, float("nan"), float("inf")])
def test_a_token_has_an_end_that_comes(days: float) -> None:
    with pytest.raises(AccessRefused, match="days: "):
        register().add_token("grafana", "viewer", days, "secret", "Sari", NOW)


def test_an_account_without_a_password_has_none_that_fits() -> None:
    assert register().accounts == {}
    assert Account("budi", "viewer", "", NOW, "Sari").password == ""


@pytest.mark.parametrize(
    ("address", "is_within"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.0.1", False),
        ("fe80::1%eth0", True),
        ("x", False),
        ("", False),
    ],
)
def test_an_address_is_within_a_network_in_each_form(address: str, is_within: bool) -> None:
    assert within(address, [ip_network("10.1.0.0/16"), ip_network("fe80::/64")]) == is_within
