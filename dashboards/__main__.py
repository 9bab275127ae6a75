"""`python -m dashboards`: writes the dashboards as JSON, for Grafana to read and for people to compare."""

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.application import application
from dashboards.city import city
from dashboards.device import device
from dashboards.health import health
from dashboards.link import link
from dashboards.provider import provider
from dashboards.radio import radio
from dashboards.site import site

FOLDER = Path(__file__).parent / "json"


def text(dashboard: Dashboard) -> str:
    return json.dumps(dashboard, cls=JSONEncoder, indent=2, ensure_ascii=False) + "\n"


def files() -> dict[Path, str]:
    """The files of the folder with their content."""
    boards = city(), site(), link(), application(), device(), provider(), radio(), health()
    return {FOLDER / f"{board.uid}.json": text(board) for board in boards}


if __name__ == "__main__":
    for file, content in files().items():
        file.write_text(content)
