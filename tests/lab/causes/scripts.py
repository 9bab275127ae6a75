"""The scripted cuts of the lab, in the order in which they happen."""

from collections.abc import Iterator

from tests.lab.causes.elsewhere import (
    agent_killed,
    application_answers,
    application_killed,
    machine_dies,
    name_server,
)
from tests.lab.causes.paths import international, national, way_out_of
from tests.lab.causes.plan import of_provider
from tests.lab.causes.script import Script, cut, hang, in_power_cut, mains, pulled, rain

HOURS = 3 * 3600.0
"""Such a UPS outlasts the lab."""


def lanes() -> tuple[list[Script], list[Script]]:
    """Cuts with no site down happen beside the outages of sites: neither is evidence about the other."""
    return list(_of_sites()), list(_others())


def _of_sites() -> Iterator[Script]:
    """A site is cut again only after more than five minutes: a machine that starts then is another one."""
    yield cut("site-a1")
    yield mains({"site-a5": 0.0})
    yield hang("site-b2", switched_off=True)
    yield pulled("site-a4")
    yield mains({"site-a2": 40.0})
    yield cut("site-b5")
    yield mains({"site-a3": 0.0})
    yield hang("site-a1", switched_off=False)
    yield cut("site-c1")
    yield mains({"site-b3": 0.0, "site-b2": 50.0, "site-b4": 90.0, "site-b5": 130.0}, "feeder F3 gives out")
    yield cut("pop-a")
    yield pulled("site-c2")
    yield mains({"site-a4": HOURS})
    yield cut(*of_provider("isp-x"), name="isp-x fails", truth="provider")
    yield rain("site-b3")
    yield pulled("pop-b")
    yield cut("site-a3")
    yield mains({"site-a5": 0.0, "site-a3": 0.0, "site-b1": HOURS}, "feeder F2", lost=("site-a3", "site-a5"))
    yield hang("pop-b", switched_off=True)
    yield cut("site-a1", "site-a2", name="line terminal of site-a1 and site-a2")
    yield cut(*of_provider("isp-y"), name="isp-y fails", truth="provider")
    yield mains({"site-c1": 0.0, "site-a1": 0.0, "site-a2": 50.0, "site-a4": HOURS}, "feeder F1")
    yield in_power_cut("site-b4", {"site-b2": HOURS, "site-b3": 0.0, "site-b4": HOURS, "site-b5": HOURS})


def _others() -> Iterator[Script]:
    """The agents are those of sites whose own cuts come much later."""
    yield agent_killed("site-b4")
    yield agent_killed("site-b3")
    yield international()
    yield way_out_of("isp-z")
    yield national()
    yield name_server(killed=True)
    yield application_killed("pajak")
    yield machine_dies("site-b1")
    yield application_answers("surat", 500)
    yield name_server(killed=False)
