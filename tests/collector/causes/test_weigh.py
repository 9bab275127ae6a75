"""The causes compete, the margin decides, and unknown is an honest answer."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from collector.causes.cause import Clue, ClueName
from collector.causes.weigh import weigh
from collector.causes.weights import DOUBTS, NEARBY_POWER, OWN_POWER, POWER_CAUSES, SITE_CAUSES, WEIGHTS

clues = st.lists(st.sampled_from(get_args(ClueName)), unique=True).map(
    lambda names: [Clue(name) for name in names]
)


def cause(*names: ClueName) -> tuple[str, str]:
    found = weigh([Clue(name) for name in names], SITE_CAUSES)
    return found.cause, found.confidence


def test_without_a_clue_the_cause_is_unknown() -> None:
    assert cause() == ("unknown", "guess")


def test_clues_that_contradict_each_other_leave_it_unknown() -> None:
    assert cause("gateway_up", "gateway_lost") == ("unknown", "guess")


@given(clues)
def test_without_evidence_of_power_no_cause_is_power(found: list[Clue]) -> None:
    found = [clue for clue in found if clue.name not in OWN_POWER | NEARBY_POWER]
    assert weigh(found, SITE_CAUSES).cause not in POWER_CAUSES


@given(clues, st.sampled_from(sorted(DOUBTS)))
def test_the_power_of_neighbours_is_no_evidence_for_a_site_that_ran(found: list[Clue], ran: ClueName) -> None:
    found = [clue for clue in found if clue.name not in OWN_POWER]
    assert weigh([*found, Clue(ran, "x")], SITE_CAUSES).cause not in POWER_CAUSES


@given(clues, st.randoms())
def test_the_order_of_the_clues_does_not_matter(found: list[Clue], random: st.DataObject) -> None:
    before = weigh(found, SITE_CAUSES)
    random.shuffle(found)  # type: ignore[attr-defined]
    after = weigh(found, SITE_CAUSES)
    assert (before.cause, before.confidence, set(before.clues)) == (
        after.cause,
        after.confidence,
        set(after.clues),
    )


@given(clues)
def test_only_a_decisive_clue_confirms(found: list[Clue]) -> None:
    weighed = weigh(found, SITE_CAUSES)
    if weighed.confidence == "confirmed":
        assert any(WEIGHTS[clue.name].decisive for clue in weighed.clues)


@given(clues)
def test_a_guess_is_never_less_credible_than_even(found: list[Clue]) -> None:
    weighed = weigh(found, SITE_CAUSES)
    assert weighed.cause == "unknown" or weighed.share >= 0.5


def test_a_machine_that_ran_on_speaks_against_power() -> None:
    assert cause("agent_ran_on", "gateway_up", "alone") == ("link", "confirmed")


def test_a_ups_that_took_over_explains_why_a_machine_ran_on() -> None:
    assert cause("ups_battery_began", "agent_ran_on", "gateway_up", "alone")[0] == "power_site"


def test_a_fibre_cut_while_the_feeder_has_no_power_is_a_link() -> None:
    assert cause("feeder_on_battery", "ups_time_left", "agent_ran_on", "gateway_up")[0] == "link"


def test_planned_work_is_the_cause_if_nothing_else_is_known() -> None:
    found = weigh([Clue("planned_work", "Fibre splicing")], SITE_CAUSES)
    assert (found.cause, found.confidence) == ("planned", "likely")


def test_a_cause_names_the_group_that_shares_it() -> None:
    found = weigh([Clue("provider_lost", "isp-a", lost=9, known=10)], SITE_CAUSES)
    assert (found.cause, found.where) == ("provider", "isp-a")
