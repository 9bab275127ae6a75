"""Random views of the internet's rings, with the truth: which path is lost, if any."""

from random import Random
from typing import NamedTuple

from collector.causes.rings import RINGS, RingView
from collector.inventory import Ring


class Truth(NamedTuple):
    """`provider` is "" if the path of all providers is lost."""

    ring: Ring
    provider: str


def drawn(seed: int) -> tuple[Truth | None, list[RingView]]:
    """Up to a tenth of the agents see something else, and some agents do not measure each ring."""
    random = Random(seed)
    providers = [f"isp-{number}" for number in range(random.randint(2, 5))]
    ring: Ring = random.choice(("national", "international"))
    struck = random.choice((None, Truth(ring, ""), Truth(ring, random.choice(providers))))
    views = []
    for provider in providers:
        count = random.randint(4, 30)
        noisy = set(random.sample(range(count), count // 10))
        for number in range(count):
            hit = struck is not None and struck.provider in ("", provider)
            if number in noisy:
                hit = not hit
            lost_from = RINGS.index(ring) if hit else len(RINGS)
            reached: dict[Ring, bool] = {each: RINGS.index(each) < lost_from for each in RINGS}
            if random.random() < 0.2:
                del reached["city"]
            views.append(RingView(f"{provider}-{number}", provider, reached))
    return struck, views
