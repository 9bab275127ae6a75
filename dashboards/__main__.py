"""`python -m dashboards`: writes the dashboards as JSON, for Grafana to read and for people to compare."""

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.city import city
from dashboards.health import health
from dashboards.site import site

FOLDER = Path(__file__).parent / "json"


def text(dashboard: Dashboard) -> str:
    return json.dumps(dashboard, cls=JSONEncoder, indent=2, ensure_ascii=False) + "\n"


def files() -> dict[Path, str]:
    """The files of the folder with their content."""
    return {FOLDER / f"{dashboard.uid}.json": text(dashboard) for dashboard in (city(), site(), health())}


if __name__ == "__main__":
    for file, content in files().items():
        file.write_text(content)
