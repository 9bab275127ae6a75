"""Random outages with a known cause, as many of each scenario as asked: the table of causes."""

import argparse
import sys

from tests.collector.causes.confusion import cuts_called_power, outages, services, table, table_of_services
from tests.collector.causes.messiness import HELD_OUT, USUAL


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak.causes")
    parser.add_argument("--outages", type=int, default=60, metavar="N", help="of each scenario")
    number, wrong = parser.parse_args().outages, 0
    for name, mess in (("usual", USUAL), ("held out", HELD_OUT)):
        rows = list(outages(number, mess))
        print(f"{name}\n{table(rows)}\n{table_of_services(list(services(number, mess)))}")
        wrong += len(cuts_called_power(rows))
    print(f"{wrong} line cuts called power")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
