"""An incident as its cause is weighed: as it was at its widest, since it ends for one agent after another."""

from collector.causes import CauseMemory, Places, cause_of
from collector.incidents.incident import Gravity, Ring
from collector.incidents.weighing import outage_of
from tests.fakes.city import PONTIANAK
from tests.fakes.incidents import NOW, incident

EVERYWHERE = Ring("firing", NOW - 60, Gravity("critical", everywhere=True, sites=5))


def test_an_application_lost_everywhere_is_the_cause_while_its_agents_recover() -> None:
    """The first agent that reaches it again makes its scope "here"."""
    places = Places(PONTIANAK)
    recovering = incident("application_down", "sehat", reason="status", scope="here", rings=(EVERYWHERE,))
    outage = outage_of(recovering)
    assert outage.scope == "everywhere"
    assert cause_of(outage, [], places, CauseMemory(places), NOW).cause == "application"


def test_an_application_that_others_always_reached_stays_here() -> None:
    here = Ring("firing", NOW - 60, Gravity("warning", everywhere=False, sites=1))
    assert outage_of(incident("application_down", "sehat", scope="here", rings=(here,))).scope == "here"
