"""Draws docs/status.png: the sample city with a POP, an application and an office down.

python -m tests.collector.web.picture
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import PlayedCity, sample_city
from tests.servers.chromium import screenshot

PICTURE = Path(__file__).parents[3] / "docs" / "status.png"


def city_in_trouble() -> PlayedCity:
    city = PlayedCity(sample_city())
    city.run(60)
    city.cut.add("pop-tenggara")
    city.run(70)
    city.failing["", "lokapasar"] = "status"
    city.stopped.add("lurah-saigon")
    city.run(100)
    city.cut.add("camat-utara")
    city.run(60)
    city.acknowledge("pop-tenggara", "Sari")
    return city


def main() -> None:
    city = city_in_trouble()
    served = Served(city.state, now=city.now + 45)
    served.watch = city.watch
    with serving(served), TemporaryDirectory() as profile:
        screenshot(served.url, Path(profile), PICTURE, "--force-device-scale-factor=0.75", size="1280,1130")


if __name__ == "__main__":
    main()
