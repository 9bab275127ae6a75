import os
from pathlib import Path

import pytest

from collector.inventory import BadInventory, Inventory
from tests.collector.inventory.cities import MINIMAL, write


def test_a_good_change_is_taken(tmp_path: Path) -> None:
    inventory = Inventory(write(tmp_path))
    write(tmp_path, MINIMAL.replace('name = "Gradasi"', 'name = "Kampung Gradasi"'))
    assert inventory.reload()
    assert inventory.city.sites["gradasi"].name == "Kampung Gradasi"


def test_a_bad_change_is_refused_and_the_city_in_force_stays(tmp_path: Path) -> None:
    inventory = Inventory(write(tmp_path))
    before = inventory.city
    write(tmp_path, MINIMAL.replace('to = "pop"', 'to = "popp"'))
    assert not inventory.reload()
    assert inventory.city is before
    assert [problem.key for problem in inventory.problems] == ["links.gradasi-radio.to"]


def test_a_mended_change_is_taken_and_no_problem_remains(tmp_path: Path) -> None:
    inventory = Inventory(write(tmp_path))
    write(tmp_path, "[city")
    inventory.reload()
    write(tmp_path, MINIMAL.replace("10.61.4.1", "10.61.4.2"))
    assert inventory.reload()
    assert inventory.problems == ()


def test_another_comment_is_no_change(tmp_path: Path) -> None:
    inventory = Inventory(write(tmp_path))
    write(tmp_path, "# Pontianak", MINIMAL)
    assert not inventory.reload()


def test_a_folder_that_vanishes_is_a_bad_change(tmp_path: Path) -> None:
    inventory = Inventory(write(tmp_path / "inventory"))
    (tmp_path / "inventory" / "city.toml").unlink()
    assert not inventory.reload()
    assert len(inventory.city.sites) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become a user who may not read it")
def test_a_folder_that_may_not_be_read_any_more_is_a_bad_change(tmp_path: Path) -> None:
    inventory = Inventory(write(tmp_path / "inventory"))
    tmp_path.chmod(0o700)
    os.seteuid(65534)
    try:
        assert not inventory.reload()
    finally:
        os.seteuid(0)
    (problem,) = inventory.problems
    said = f"{tmp_path}/inventory: Permission denied; let the user that the collector runs as read it"
    assert str(problem) == said
    assert len(inventory.city.sites) == 3


@pytest.mark.parametrize("nonsense", ["a = " + "[" * 5000, "a = " + "9" * 5000, "a = '\udcff'"])
def test_a_file_that_no_parser_bears_is_a_bad_change(tmp_path: Path, nonsense: str) -> None:
    inventory = Inventory(write(tmp_path))
    (tmp_path / "more.toml").write_bytes(nonsense.encode(errors="surrogateescape"))
    assert not inventory.reload()
    (problem,) = inventory.problems
    assert str(problem).startswith("more.toml: ")
    assert len(str(problem)) < 300


def test_there_is_no_start_with_a_bad_inventory(tmp_path: Path) -> None:
    with pytest.raises(BadInventory):
        Inventory(write(tmp_path, "[city"))
