"""Each configuration by the program that reads it, or by that program's own checker."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from collector.config import History
from tests.deploy.secured import DEPLOY
from tests.netns import lab, needs_namespaces
from tests.servers.prometheus import needs_promtool
from tests.system.programs import REPOSITORY

RULES = REPOSITORY / "dashboards" / "prometheus"
COMPOSE = shutil.which("docker-compose")


def checked(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def yaml(path: Path) -> Any:
    return msgspec.yaml.decode(path.read_text())


@needs_promtool
def test_prometheus_takes_its_configuration_with_the_rules_beside_it(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "prometheus" / "prometheus.yml", tmp_path)
    shutil.copytree(RULES, tmp_path / "rules")
    said = checked("promtool", "check", "config", tmp_path / "prometheus.yml")
    assert said.count("rules found") == len(list(RULES.glob("*.yml")))


def test_the_city_is_scraped_twice_an_interval_under_one_name() -> None:
    jobs = {job["job_name"]: job for job in yaml(DEPLOY / "prometheus" / "prometheus.yml")["scrape_configs"]}
    city = jobs["pantau-city"]
    assert (city["metrics_path"], city["scrape_interval"]) == ("/metrics/city", "5s")
    assert city["relabel_configs"] == [{"target_label": "instance", "replacement": "pantau"}]


def test_late_samples_go_into_the_scraped_series() -> None:
    prometheus = yaml(DEPLOY / "prometheus" / "prometheus.yml")
    history = History()
    assert history.labels == {"job": "pantau-city", "instance": "pantau"}
    assert prometheus["storage"]["tsdb"]["out_of_order_time_window"] == f"{history.window_hours:g}h"


@pytest.mark.skipif(not shutil.which("amtool"), reason="needs amtool (prometheus-alertmanager)")
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["alertname=SiteDown", "kind=site_down", "site=gradasi"], "noc"),
        (["alertname=PantauCollectorDown", "severity=critical"], "noc"),
        (["alertname=PantauWatchdog", "severity=none"], "dead-mans-switch"),
    ],
)
def test_alertmanager_sends_each_alert_where_it_belongs(labels: list[str], receiver: str) -> None:
    file = DEPLOY / "alertmanager" / "alertmanager.yml"
    checked("amtool", "check-config", file)
    assert checked("amtool", "config", "routes", "test", f"--config.file={file}", *labels).strip() == receiver


def test_grafana_is_given_prometheus_and_a_folder_of_dashboards() -> None:
    (source,) = yaml(DEPLOY / "grafana" / "datasources" / "pantau.yaml")["datasources"]
    assert (source["type"], source["url"]) == ("prometheus", "http://127.0.0.1:9090")
    (provider,) = yaml(DEPLOY / "grafana" / "dashboards" / "pantau.yaml")["providers"]
    mounts = yaml(DEPLOY / "compose.yaml")["services"]["grafana"]["volumes"]
    assert f"../dashboards/json:{provider['options']['path']}:ro" in mounts


@needs_namespaces
def test_the_kernel_takes_the_range_of_groups_that_may_ping() -> None:
    with lab() as network:
        host = network.host("box")
        host.sysctl("net.ipv4.ping_group_range", "1 0")
        host.run("sysctl", "--load", str(DEPLOY / "sysctl" / "60-pantau.conf"))
        assert host.run("cat", "/proc/sys/net/ipv4/ping_group_range").split() == ["0", "2147483647"]


@pytest.mark.skipif(not COMPOSE, reason="needs docker-compose")
def test_compose_takes_its_file() -> None:
    services = checked(
        str(COMPOSE), "--file", DEPLOY / "compose.yaml", "--profile", "agent", "config", "--services"
    )
    assert set(services.split()) == {"agent", "alertmanager", "broker", "collector", "grafana", "prometheus"}


def test_what_compose_and_docker_copy_is_there() -> None:
    for service in yaml(DEPLOY / "compose.yaml")["services"].values():
        for source in (volume.split(":")[0] for volume in service["volumes"]):
            assert not source.startswith(".") or (DEPLOY / source).exists(), source
    docker = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [
        name
        for line in docker
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    ]
    ignored = (REPOSITORY / ".dockerignore").read_text().splitlines()
    for name in copied:
        assert os.path.exists(REPOSITORY / name), name
        assert f"!{name}" in ignored


def test_mosquitto_has_files_for_all_connections_that_it_takes() -> None:
    def number(file: Path, key: str) -> int:
        return int(next(line for line in file.read_text().splitlines() if line.startswith(key))[len(key) :])

    connections = number(DEPLOY / "mosquitto" / "mosquitto.conf", "max_connections ")
    files = number(DEPLOY / "systemd" / "mosquitto.service.d" / "pantau.conf", "LimitNOFILE=")
    assert files > connections + 100
