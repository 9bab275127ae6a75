"""The decisions about certificates, for any history of requests and to the second of the grace."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from collector.authority.invitation import INVITATION_SECONDS, Invitation, invite, new_secret
from collector.authority.issued import IssuedCertificate
from collector.enrolment.attempts import HOUR_SECONDS, Attempts
from collector.enrolment.decide import (
    DAY_SECONDS,
    Again,
    Decision,
    Issue,
    Refuse,
    decide_join,
    decide_renewal,
)
from collector.enrolment.said import LINES_AN_HOUR, Said
from collector.enrolment.sender import counted_network, shown_address

NOW = 1.8e9
SITES = {"gradasi", "dinkes"}
INVITATION = invite("gradasi", new_secret(), NOW, "sari")
OLD = IssuedCertificate(
    "1f", "agent", "gradasi", "ca", NOW, NOW + 90 * DAY_SECONDS, NOW, "join", "old key", b""
)

keys = st.sampled_from(["first", "second", "third"])
moments = st.floats(-10, 3 * INVITATION_SECONDS)
days = st.floats(0, 400)


def renewal(old: IssuedCertificate | None, at: float, grace_days: float = 0, signed: bool = True) -> Decision:
    return decide_renewal(old, None, signed, at, grace_days, SITES)


@given(st.lists(st.tuples(moments, keys), max_size=20))
def test_a_code_gives_one_key_a_certificate_whatever_comes(uses: list[tuple[float, str]]) -> None:
    invitation, given_to = INVITATION, set()
    for after, key in sorted(uses):
        decision = decide_join(invitation, key, NOW + after, SITES)
        if isinstance(decision, Issue):
            assert after < INVITATION_SECONDS
            invitation = replace(invitation, used_at=NOW + after, used_key=key)
        if not isinstance(decision, Refuse):
            given_to.add(key)
            assert decision.agent == "gradasi"
    assert len(given_to) <= 1


@given(keys, moments)
def test_a_second_key_revokes_only_while_the_code_would_be_good(key: str, after: float) -> None:
    used = replace(INVITATION, used_at=NOW, used_key="another")
    decision = decide_join(used, key, NOW + after, SITES)
    assert decision == Refuse("used_code", revoke=after < INVITATION_SECONDS)


def test_an_unknown_a_withdrawn_and_a_removed_one_give_nothing() -> None:
    withdrawn = replace(INVITATION, withdrawn_at=NOW)
    cases: list[tuple[Invitation | None, set[str], str]] = [
        (None, SITES, "unknown_code"),
        (withdrawn, SITES, "expired_code"),
        (INVITATION, {"dinkes"}, "removed"),
    ]
    for invitation, sites, reason in cases:
        decision = decide_join(invitation, "key", NOW, sites)
        assert isinstance(decision, Refuse)
        assert (decision.reason, decision.revoke) == (reason, False)


@given(days, st.floats(0, 400 * DAY_SECONDS), st.booleans())
def test_a_revoked_certificate_never_renews(grace: float, after: float, signed: bool) -> None:
    revoked = replace(OLD, revoked_at=NOW)
    assert isinstance(renewal(revoked, NOW + after, grace, signed), Refuse)


@given(days)
def test_the_grace_is_exact(grace: float) -> None:
    last = OLD.ends + grace * DAY_SECONDS
    assert renewal(OLD, last, grace) == Issue("gradasi")
    assert renewal(OLD, last + 1, grace) == Refuse("too_old")


def test_only_the_holder_of_a_known_agents_key_renews() -> None:
    assert renewal(None, NOW) == Refuse("unknown_certificate")
    assert renewal(OLD, NOW, signed=False) == Refuse("unknown_certificate")
    assert renewal(replace(OLD, kind="collector"), NOW) == Refuse("unknown_certificate")
    assert renewal(replace(OLD, name="gone"), NOW) == Refuse("removed")


def test_the_same_new_key_gets_the_same_certificate_and_a_foreign_one_none() -> None:
    own, foreign = replace(OLD, serial="2"), replace(OLD, serial="3", name="dinkes")
    assert decide_renewal(OLD, own, True, NOW, 0, SITES) == Again("gradasi")
    assert decide_renewal(OLD, foreign, True, NOW, 0, SITES) == Refuse("bad_request")


@given(st.lists(st.tuples(st.floats(-5e3, 5e3), st.sampled_from("abcdef")), max_size=60))
def test_the_attempts_of_an_hour_are_bounded(steps: list[tuple[float, str]]) -> None:
    """Also by a clock that is set back and forth."""
    attempts, now = Attempts(per_sender=3, in_all=8), NOW
    allowed: list[tuple[float, str]] = []
    for step, sender in steps:
        now += step
        if not attempts.too_many(sender, now):
            attempts.failed(sender, now)
            allowed.append((now, sender))
        monotonic = all(step >= 0 for step, _ in steps)
        recent = [each for at, each in allowed if 0 <= now - at < HOUR_SECONDS]
        assert not monotonic or (len(recent) <= 8 and recent.count(sender) <= 3)
    assert not attempts.too_many("new", now + HOUR_SECONDS + 1e6)


def test_a_network_of_ipv6_counts_as_one_sender() -> None:
    assert counted_network("2001:db8::1") == counted_network("2001:db8::ffff:2") == "2001:db8::/64"
    assert counted_network("::ffff:10.0.0.9") == counted_network("10.0.0.9") == "10.0.0.9"
    assert shown_address("::ffff:10.0.0.9") == "10.0.0.9"
    assert counted_network("fe80::1%eth0") == "fe80::/64"


@given(st.text(max_size=20))
def test_a_sender_without_an_address_is_counted_too(text: str) -> None:
    counted_network(text)


def test_the_journal_says_a_refusal_once_an_hour_and_never_floods() -> None:
    said = Said()
    assert said.first("10.0.0.9", "unknown_code", NOW)
    assert not said.first("10.0.0.9", "unknown_code", NOW + 60)
    assert said.first("10.0.0.9", "revoked", NOW + 60)
    assert said.first("10.0.0.9", "unknown_code", NOW + HOUR_SECONDS)
    lines = sum(said.first(f"10.0.{one // 250}.{one % 250}", "revoked", NOW + 7200) for one in range(1000))
    assert lines == LINES_AN_HOUR
