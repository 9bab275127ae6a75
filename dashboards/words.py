"""Numbers in words: the meaning of a value for a person, and its colour."""

from collector.incidents.blamed import AS_A_PERSON_SAYS
from collector.notices.clue_texts import CONFIDENCES, WEIGHED
from collector.notices.texts import CAUSES
from dashboards.panels import ABSENT, Words

UNKNOWN, UP, DEGRADED, SILENT, DOWN = range(5)
"""Values of `site:pantau_state:code`, as prometheus/recording.yml makes them."""

BLIND = -1
"""Stands for a missing value, where the missing value is the fault."""

NOT_SCRAPED = "No sample is known: is the collector's /metrics scraped?"

SENTENCES: Words = {
    BLIND: ("BLIND: no site is known; is the collector scraped?", "red"),
    DOWN: ("DOWN: no report comes from it any more", "red"),
    SILENT: ("SILENT: its agent does not report; the site may be up", "orange"),
    DEGRADED: ("DEGRADED: something that it depends on fails", "yellow"),
    UP: ("Up: it reports, and all that it depends on answers", "green"),
    UNKNOWN: ("UNKNOWN: the collector is blind, so it may be up or down", "blue"),
}
STATES: Words = {
    DOWN: ("down", "red"),
    SILENT: ("silent", "orange"),
    DEGRADED: ("degraded", "yellow"),
    UP: ("up", "green"),
    UNKNOWN: ("unknown", "blue"),
}
PROBE: Words = {1: ("up", "green"), 0: ("down", "red")}
ROUTER: Words = {1: ("answers", "green"), 0: ("does not answer", "red")}
BACKUP: Words = {1: ("ON BACKUP", "orange"), 0: ("not in use", "green")}
CLOCK: Words = {1: ("kept by NTP", "green"), 0: ("NOT SYNCHRONISED", "orange")}
INTERFACE: Words = {1: ("up", "green"), 0: ("DOWN", "red")}
CARRIES: Words = {1: ("carries traffic", "green"), 0: ("CARRIES NOTHING", "red")}
USE: Words = {
    "main": ("main way", "text"),
    "further": ("further way", "text"),
    "backup": ("backup", "text"),
}
REACHED: Words = {1: ("reached", "green"), 0: ("NOT REACHED", "red")}
APPLICATION: Words = {
    BLIND: ("UNKNOWN: no agent that probes it reports", "blue"),
    2: ("up from everywhere", "green"),
    1: ("DOWN FROM SOME PLACES: look at their links", "orange"),
    0: ("DOWN FROM EVERYWHERE: look at the application", "red"),
}
HEARS: Words = {
    1: ("Hears the city", "green"),
    0: ("BLIND: no broker", "red"),
    BLIND: ("BLIND: not scraped", "red"),
}
ROOT: Words = {1: ("root", "red")}
SEVERITY: Words = {
    "critical": ("critical", "red"),
    "warning": ("warning", "orange"),
    "info": ("info", "blue"),
}
KIND: Words = {
    "site_down": ("site down", "red"),
    "power_cut": ("power cut", "red"),
    "agent_silent": ("agent silent", "orange"),
    "target_down": ("target down", "orange"),
    "application_down": ("application down", "red"),
    "path_lost": ("path of the internet lost", "red"),
    "degraded": ("degraded", "yellow"),
    "flapping": ("up and down", "yellow"),
    "certificate_expiry": ("certificate expires", "yellow"),
    "agent_trouble": ("agent needs care", "blue"),
    "on_backup": ("on the backup", "orange"),
    "collector_blind": ("collector blind", "red"),
}
_CAUSE_COLOURS = {
    "power": "red",
    "link": "orange",
    "provider": "purple",
    "device": "yellow",
    "application": "super-light-purple",
    "planned": "blue",
    "other": "text",
}
SET_CAUSE: Words = {cause: (CAUSES[cause][0], colour) for cause, colour in _CAUSE_COLOURS.items()}
"""Causes that a person sets."""
CAUSE: Words = {
    "unknown": (CAUSES[""][0], ABSENT),
    **SET_CAUSE,
    **{name: (WEIGHED[name][0], _CAUSE_COLOURS[cause]) for name, cause in AS_A_PERSON_SAYS.items()},
}
"""Those, and causes by the clues."""
CONFIDENCE: Words = {
    "likely": (CONFIDENCES["likely"][0], "text"),
    "confirmed": (CONFIDENCES["confirmed"][0], "text"),
    "person": ("a person says so", "green"),
}
CERTIFICATE: Words = {1: ("valid", "green"), 0: ("NOT VALID", "red")}
RESPONSE_CODE: Words = {
    0: ("NOERROR", "green"),
    1: ("FORMERR", "orange"),
    2: ("SERVFAIL", "red"),
    3: ("NXDOMAIN", "orange"),
    4: ("NOTIMP", "orange"),
    5: ("REFUSED", "red"),
}
"""RCODEs (RFC 6895, 2.3)."""
SOURCE: Words = {1: ("mains", "green"), 2: ("ON BATTERY", "red"), 3: ("bypass, booster or other", "orange")}
