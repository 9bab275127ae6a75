"""Random losses of the internet's rings: each notice has its end, and no site counts as down."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from collector.inventory import Ring
from tests.collector.incidents.ringed_city import ALL, RINGS, A, B, city
from tests.fakes.story import Story

STEP_SECONDS = 10.0
ORDER: tuple[Ring, ...] = ("city", "national", "international")
PROVIDERS = {"a": ["noc", *A], "b": B}


class Rings:
    """The losses of each agent: it loses a ring and all farther ones, with its provider or alone."""

    def __init__(self, seed: int) -> None:
        self.story = Story(city())
        self.lost: dict[tuple[str, str], float] = {}
        self._random = Random(seed)
        self._from = dict.fromkeys(PROVIDERS, len(ORDER))
        self._own: set[str] = set()

    def change(self) -> None:
        """A way is lost from another ring on, or back; now and then an agent has its own trouble."""
        for provider in self._random.choice((["a", "b"], ["a"], ["b"])):
            self._from[provider] = self._random.choice((0, 1, 1, 2, 2, 3, 3))
        self._own = {agent for agent in ALL if self._random.random() < 0.05}

    def heal(self) -> None:
        self._from, self._own = dict.fromkeys(PROVIDERS, len(ORDER)), set()

    def go_on(self, seconds: float) -> None:
        until = self.story.now + seconds
        while self.story.now < until:
            self.story.at(self.story.now + STEP_SECONDS)
            for agent in ALL:
                self._report(agent)

    def restart(self) -> None:
        """The collector starts again. Agents report each target that they find up once more."""
        self.story.restart()
        self.story.connect()
        for agent, pairs in self.story.network.probes.items():
            for kind, target in sorted(pairs):
                if (agent, target) not in self.lost:
                    self.story.found(agent, target, kind)

    def _report(self, agent: str) -> None:
        provider = next(name for name, its in PROVIDERS.items() if agent in its)
        for target, ring in RINGS.items():
            cut = ORDER.index(ring) >= self._from[provider] or (agent in self._own and ring != "city")
            if cut:
                since = self.lost.setdefault((agent, target), self.story.now - self._random.random() * 2)
                self.story.lost(agent, target, since=since)
            elif self.lost.pop((agent, target), None) is not None:
                self.story.found(agent, target)


@given(st.integers(0, 10**6))
def test_each_notice_has_its_end_and_no_site_is_down(seed: int) -> None:
    random, rings = Random(seed), Rings(seed)
    for _ in range(random.randint(1, 5)):
        rings.change()
        rings.go_on(random.choice((20.0, 40.0, 90.0, 200.0)))
        if random.random() < 0.15:
            rings.restart()
    assert not any(one.kind == "site_down" for one in rings.story.incidents.values())
    rings.heal()
    rings.go_on(40.0)
    rings.story.at(rings.story.now + 3600.0)
    assert rings.story.open() == []
    told = rings.story.told
    fired = {notice.incident.id for notice in told if notice.kind == "firing"}
    recovered = [notice for notice in told if notice.kind == "recovered"]
    ended = [notice.incident.id for notice in recovered] + [id for notice in told for id in notice.merged]
    assert fired <= set(ended)
    assert len(ended) == len(set(ended))
    assert all(notice.incident.id in fired or notice.merged for notice in recovered)
