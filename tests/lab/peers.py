"""The peer of the same run: Prometheus, blackbox_exporter and Alertmanager, all tuned to a second."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.lab.city import LabCity
from tests.servers.webhook import Webhook
from tests.system.programs import Program

PEER_WEBHOOK_PORT = 8490
BLACKBOX = "127.0.0.1:9115"


def start(
    city: LabCity, folder: Path, stop_later: Callable[[Callable[[], object]], object]
) -> Webhook | None:
    """The webhook that its Alertmanager calls; None where the programs are not installed."""
    names = ("prometheus", "prometheus-alertmanager", "prometheus-blackbox-exporter")
    if not all(map(shutil.which, names)):
        return None
    folder.mkdir()
    targets = [address for name, address in city.addresses.items() if name != "noc"]
    files = {
        "blackbox.yml": {"modules": {"icmp": {"prober": "icmp", "timeout": "900ms"}}},
        "prometheus.yml": _prometheus(folder, targets),
        "rules.yml": _rules(),
        "alertmanager.yml": _alertmanager(),
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))  # JSON is YAML
    commands = (
        ["prometheus-blackbox-exporter", f"--config.file={folder / 'blackbox.yml'}"],
        [
            "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
        ],
        [
            "prometheus-alertmanager",
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'am'}",
            "--cluster.listen-address=",
        ],
    )
    with city.core.entered():
        webhook = Webhook("0.0.0.0", PEER_WEBHOOK_PORT)
    stop_later(webhook.close)
    for command in commands:
        stop_later(Program(city.core.command(*command), folder / f"{command[0]}.log").stop)
    return webhook


def _prometheus(folder: Path, targets: list[str]) -> dict[str, object]:
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(folder / "rules.yml")],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": ["127.0.0.1:9093"]}]}]},
        "scrape_configs": [
            {
                "job_name": "icmp",
                "metrics_path": "/probe",
                "params": {"module": ["icmp"]},
                "static_configs": [{"targets": targets}],
                "relabel_configs": [
                    {"source_labels": ["__address__"], "target_label": "__param_target"},
                    {"source_labels": ["__param_target"], "target_label": "instance"},
                    {"target_label": "__address__", "replacement": BLACKBOX},
                ],
            }
        ],
    }


def _rules() -> dict[str, object]:
    return {"groups": [{"name": "down", "rules": [{"alert": "Down", "expr": "probe_success == 0"}]}]}


def _alertmanager() -> dict[str, object]:
    return {
        "route": {
            "receiver": "hook",
            "group_by": ["instance"],
            "group_wait": "0s",
            "group_interval": "1s",
            "repeat_interval": "1h",
        },
        "receivers": [
            {"name": "hook", "webhook_configs": [{"url": f"http://127.0.0.1:{PEER_WEBHOOK_PORT}/"}]}
        ],
    }
