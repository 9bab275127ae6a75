"""The people of the month: they take incidents in hand, note, and set the cause that they found. Pure."""

from collections.abc import Iterator
from random import Random

from collector.incidents import Acknowledged, ByPerson, Cause, CauseSet, Incident, Noted
from demo.answers import SimulatedCity
from demo.fault import Fault

NAMES = ("Sari Wulandari", "Joko Prasetyo", "Meja NOC")
"""Those of people.toml, all invented."""
HAND_SECONDS = (60.0, 480.0)
NOTED_SECONDS = (300.0, 1500.0)
CAUSE_SECONDS = (120.0, 1800.0)
NEVER = 0.12
"""So many are never taken in hand."""
NOTES = {
    "power_cut": "PLN: perbaikan jaringan, perkiraan 1 jam.",
    "fibre_cut": "Tim lapangan menuju lokasi, kabel putus.",
    "hung_router": "Minta petugas setempat mematikan dan menyalakan router.",
    "provider_fault": "Sudah lapor ke penyedia.",
    "radio_fading": "Hujan deras, dipantau dulu.",
    "application_failing": "Tim aplikasi sudah diberi tahu.",
}


class People:
    """`plan` says what they will do about an incident, once."""

    def __init__(self, truth: SimulatedCity, chance: Random) -> None:
        self._truth = truth
        self.chance = chance
        self._known: set[str] = set()
        self._over: set[str] = set()

    def via(self) -> str:
        return self.chance.choice(("page", "page", "cli"))

    def plan(self, incident: Incident, at: float) -> Iterator[tuple[float, ByPerson]]:
        """The time of each doing, and the doing."""
        chance, by = self.chance, self.chance.choice(NAMES)
        if incident.announced_at and incident.id not in self._known and incident.severity != "info":
            self._known.add(incident.id)
            if incident.planned or chance.random() < NEVER:
                return
            hand_at = at + chance.uniform(*HAND_SECONDS)
            yield hand_at, Acknowledged(incident.id, by)
            fault = self._fault(incident)
            if fault and fault.kind in NOTES:
                yield hand_at + chance.uniform(*NOTED_SECONDS), Noted(incident.id, by, NOTES[fault.kind])
        elif incident.id in self._known and incident.ended_at and incident.id not in self._over:
            self._over.add(incident.id)
            if cause := self._cause(incident):
                yield at + chance.uniform(*CAUSE_SECONDS), CauseSet(incident.id, by, cause)

    def _cause(self, incident: Incident) -> Cause:
        fault = self._fault(incident)
        if fault is None:
            return ""
        causes: dict[str, Cause] = {
            "power_cut": "power",
            "fibre_cut": "link",
            "radio_fading": "link",
            "hung_router": "device",
            "provider_fault": "provider",
            "application_failing": "application",
            "planned_work": "planned",
        }
        return causes.get(fault.kind, "other")

    def _fault(self, incident: Incident) -> Fault | None:
        """The fault behind it: one that acts on its root or its way."""
        acting = self._truth.acting(incident.began_at)
        return next((fault for fault in acting if self._concerns(fault, incident)), None)

    def _concerns(self, fault: Fault, incident: Incident) -> bool:
        city, root = self._truth.city, incident.root
        sites = {root, incident.agent, *(one.site for one in incident.affected)}
        match fault.kind:
            case "power_cut":
                return any(city.sites[site].feeder == fault.where for site in sites if site in city.sites)
            case "fibre_cut" | "radio_fading" | "slow":
                return city.links[fault.where].from_ in sites
            case "provider_fault":
                links = [link.from_ for link in city.links.values() if link.provider == fault.where]
                return bool(sites & set(links))
            case _:
                return fault.where == root
