"""`pantau-collector ticket`, against the real web."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.__main__ import main
from tests.collector.web.serving import Served, serving
from tests.fakes.played_city import PlayedCity, sample_city

SITE, APPLICATION = "lurah-siantan-tengah", "antrean"


@pytest.fixture(scope="module")
def web() -> Iterator[Served]:
    city = PlayedCity(sample_city())
    city.run(40)
    city.cut.add(SITE)
    city.failing["", APPLICATION] = "status"
    city.run(80)
    served = Served(city.state, now=city.now)
    served.watch = city.watch
    with serving(served):
        yield served


@pytest.fixture
def config(web: Served, tmp_path: Path) -> Path:
    file = tmp_path / "collector.toml"
    file.write_text(f"[web]\nport = {web.port}\n")
    return file


def id_of(web: Served, root: str) -> str:
    return next(one.id for one in web.watch.incidents.open() if one.root == root)


def test_it_prints_the_report_as_it_is_sent(
    web: Served, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asking = ["ticket", f"#{id_of(web, SITE)}", "--config", str(config)]
    assert main(asking) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(f"Laporan gangguan #{id_of(web, SITE)}: ")
    assert printed.err == ""
    assert main([*asking, "--language", "en", "--provider", "isp-a", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["text"].startswith(f"Fault report #{id_of(web, SITE)}: ")
    assert answer["provider"] == "isp-a"


def test_a_provider_that_is_not_suspected_is_refused_in_one_line(
    web: Served, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    id = id_of(web, SITE)
    asking = ["ticket", id, "--language", "en", "--provider", "isp-z & co", "--config", str(config)]
    assert main(asking) == 2
    assert capsys.readouterr().err == (
        f"pantau-collector: isp-z & co has no line that may be at fault in incident {id};"
        " choose one of isp-a\n"
    )


def test_a_doubt_is_for_the_person_and_not_in_the_report(
    web: Served, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ticket", id_of(web, APPLICATION), "--language", "en", "--config", str(config)]) == 0
    printed = capsys.readouterr()
    assert printed.err.startswith("pantau-collector: The clues speak for another cause than the line: ")
    assert "clues" not in printed.out
