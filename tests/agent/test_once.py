"""One measurement for a person, as a technician asks for it."""

from agent.once import measure_once, settings_for
from tests.alone import alone
from tests.netns import needs_namespaces


@needs_namespaces
async def test_of_an_echo_icmplib_gives_a_second_opinion() -> None:
    with alone():
        outcome = await measure_once(settings_for("icmp", "127.0.0.1"), shown_as="here")
    assert outcome.measurement.reason == ""
    assert outcome.second_opinion.startswith("3 of 3 replies, 0.")


@needs_namespaces
async def test_where_no_way_leads_both_fail() -> None:
    with alone():
        outcome = await measure_once(settings_for("icmp", "192.0.2.1"), shown_as="there")
    assert outcome.measurement.reason == "unreachable"
    assert outcome.second_opinion == "0 of 3 replies"
