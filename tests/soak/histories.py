"""Random histories of a city, as many as asked, others each time."""

import argparse

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.collector.incidents.test_any_history import City, TestCity
from tests.collector.notify.test_any_history import Receivers


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.histories")
    parser.add_argument("--histories", type=int, default=1000, metavar="N", help="of each kind")
    many = settings(TestCity.settings, max_examples=parser.parse_args().histories, derandomize=False)
    for machine in (City, Receivers):
        run_state_machine_as_test(machine, settings=many)
    print(f"{many.max_examples} histories of incidents and as many of notices: each keeps all rules")


if __name__ == "__main__":
    main()
