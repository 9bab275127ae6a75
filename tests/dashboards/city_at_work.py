"""A city whose agents report through a real broker to the real collector, which a real Prometheus scrapes.

Six sites: `noc` and `dinkes` are well, `gradasi` is heard but in trouble, `pop-selatan` is cut off. Never
heard were the agents of `puskesmas`, whose router answers, and of `posyandu`, whose router nobody can ask.
`dinkes` has a router and a UPS on battery, and can't reach an application. Who is to be told does not answer.
A person has set the cause of the application's incident.
"""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.request import Request, urlopen

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.dashboards.actors import CUT_OFF, Actor, actors
from tests.dashboards.grafana import FOLDER
from tests.free_ports import LOOPBACK, free_port
from tests.servers.mosquitto import mosquitto
from tests.servers.prometheus import Prometheus, prometheus
from tests.system.programs import collector, eventually, running

BEAT_SECONDS = 1.0
HEARD = f'pantau_agent_last_report_timestamp_seconds{{site="{CUT_OFF}"}}'
"""What is cut off was there before, as Prometheus has it."""
SETTLED = (
    'site:pantau_state:code{site="posyandu"} == 3',
    'site:pantau_state:code{site="pop-selatan"} == 4',
    'site:pantau_agent_up:max{site="pop-selatan"} == 0',
    'pantau_incidents_active{kind="application_down"}',
    'ALERTS{alertname="PantauMeasurementsDropped"}',
    'pantau_collector_ledger_measurements_total{fate="duplicates", site="dinkes"} > 0',
    "pantau_collector_backfill_refused_samples_total > 0",
    "pantau_collector_notices_waiting > 0",
)
"""What takes longest: an agent counts as silent 30 s after the collector began to listen."""

CAUSE_SET = (
    'pantau_incident_cause_info{confidence="person"} and on () increase(pantau_incident_cause_total[1m]) > 0'
)


@contextmanager
def city_at_work(folder: Path) -> Iterator[Prometheus]:
    """The agents go on reporting while the context is open."""
    web_port = free_port()
    (folder / "inventory").mkdir()
    shutil.copy(Path(__file__).parent / "city.toml", folder / "inventory")
    with ExitStack() as stack:
        broker = stack.enter_context(mosquitto(folder / "broker"))
        server = stack.enter_context(
            prometheus(folder / "prometheus", scraping(web_port), "--web.enable-remote-write-receiver")
        )
        config = folder / "collector.toml"
        config.write_text(
            f"[broker]\nport = {broker.port}\n[web]\nport = {web_port}\n"
            f'[history]\nremote_write_url = "{server.url}/api/v1/write"\n'
        )
        log = folder / "collector.log"
        program = stack.enter_context(running(collector("run", "--config", str(config)), log))
        reporters = actors(folder / "inventory")
        stack.enter_context(_reporting(reporters, broker.port))
        eventually(partial(server.query, HEARD), seconds=60, why=program.said)
        for reporter in reporters:
            reporter.cut()
        for expression in SETTLED:
            eventually(partial(server.query, expression), seconds=60, why=program.said)
        _set_cause(f"http://{LOOPBACK}:{web_port}/api/incidents")
        eventually(partial(server.query, CAUSE_SET), seconds=60, why=program.said)
        yield server


def _set_cause(incidents: str) -> None:
    with urlopen(incidents, timeout=10) as answer:
        (incident,) = [one["id"] for one in json.load(answer) if one["kind"] == "application_down"]
    set_by = json.dumps({"by": "sri", "cause": "application"}).encode()
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{incidents}/{incident}/cause", set_by, headers, method="PUT"), timeout=10).close()


def scraping(web_port: int) -> dict[str, object]:
    """As deploy/prometheus/prometheus.yml has it, but faster."""
    targets = [{"targets": [f"{LOOPBACK}:{web_port}"]}]
    fixed = [{"target_label": "instance", "replacement": "pantau"}]
    city = {"job_name": "pantau-city", "metrics_path": "/metrics/city", "relabel_configs": fixed}
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "storage": {"tsdb": {"out_of_order_time_window": "2h"}},
        "rule_files": [str(FOLDER / "prometheus" / "*.yml")],
        "scrape_configs": [
            {**city, "static_configs": targets},
            {"job_name": "pantau-collector", "static_configs": targets},
        ],
    }


@contextmanager
def _reporting(reporters: list[Actor], port: int) -> Iterator[None]:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect(LOOPBACK, port)
    client.loop_start()
    done = threading.Event()

    def report() -> None:
        while not done.wait(BEAT_SECONDS):
            for actor in reporters:
                for topic, payload in actor.messages():
                    client.publish(topic, payload, qos=1, retain=topic.endswith("/presence"))

    beat = threading.Thread(target=report)
    beat.start()
    try:
        yield
    finally:
        done.set()
        beat.join()
        client.disconnect()
        client.loop_stop()
