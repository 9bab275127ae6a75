"""A dashboard's query, asked by promtool of series that a test writes down, with our recording rules."""

import json
from collections.abc import Mapping
from pathlib import Path

from tests.dashboards.grafana import FOLDER
from tests.dashboards.test_rules import promtool


def complaints(
    folder: Path, series: Mapping[str, str], expression: str, at: str, expected: Mapping[str, float]
) -> str:
    """ "" when the query has exactly these values. A sample of `series` each 15 s; `at` is a duration."""
    samples = [{"labels": labels, "value": value} for labels, value in expected.items()]
    asked = {"expr": expression, "eval_time": at, "exp_samples": samples}
    told = {
        "interval": "15s",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [asked],
    }
    rules = [str(FOLDER / "prometheus" / "recording.yml")]
    file = folder / "told.yml"  # JSON is YAML
    file.write_text(json.dumps({"rule_files": rules, "evaluation_interval": "15s", "tests": [told]}))
    return promtool("test", "rules", file)
