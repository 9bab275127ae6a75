"""The inventory to start from: sample.toml, a small city with a comment on each kind of table."""

from importlib.resources import files
from pathlib import Path

from collector.inventory.problem import BadInventory, Problem


def init(directory: Path) -> list[str]:
    """Write the sample and return a line that says so. Raises BadInventory when the folder can't take it."""
    target = directory / "city.toml"
    sample = (files("collector.inventory") / "sample.toml").read_text(encoding="utf-8")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(sample)
    except OSError as error:
        raise BadInventory([Problem(str(target), "", f"{error.strerror}; give another directory")]) from None
    return [f"{target}: written; change it, then: pantau-collector check {directory}"]
