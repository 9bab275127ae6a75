"""A table that is taken as a whole leaves the same as one that is taken line by line."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from collector.city.taken import Taken
from collector.past import MeasuredPath, Past
from collector.past.cells import MOST_MEASUREMENTS
from tests.fakes.small_city import NOW, report
from wire.report import Table

TARGETS = ["gateway", "internet", "internet2", "uplink"]
value = st.none() | st.floats(0, 1) | st.sampled_from([0.0, -1.0, 1e300])
columns = st.lists(value, min_size=4, max_size=4)
tables = st.builds(
    lambda targets, ages, loss, median, worst: Table(
        "icmp",
        targets,
        ages,
        {"icmp_loss_ratio": loss, "icmp_rtt_median_seconds": median, "icmp_rtt_max_seconds": worst},
    ),
    st.permutations(TARGETS),
    st.lists(st.sampled_from([0, 3, 9_000, 3_600_000, 10**9]), min_size=4, max_size=4)
    | st.integers(0, 10**8).map(lambda age: [age] * 4),
    columns,
    columns,
    columns,
)


def past(targets: list[str]) -> Past:
    made = Past(NOW)
    made.adopt({"gradasi": [("icmp", target) for target in targets]})
    return made


@given(st.lists(tables, max_size=6), st.sampled_from([TARGETS, TARGETS[:3]]))
def test_a_whole_table_leaves_the_same_as_its_lines(made: list[Table], assigned: list[str]) -> None:
    whole, lines = past(assigned), past(assigned)
    for one in made:
        whole.take([Taken("gradasi", report(one), NOW, False, [], [])], NOW)
        by_line = replace(one, reason=[""] * 4)  # a reason for each line, though all are up
        lines.take([Taken("gradasi", report(by_line), NOW, False, [], [])], NOW)
    assert whole.counts == lines.counts
    assert whole.last() == lines.last()
    for target in assigned:
        path = MeasuredPath("gradasi", "icmp", target)
        assert whole.cells(path) == lines.cells(path)
    assert whole._fine.arrays == lines._fine.arrays


def test_a_flood_of_whole_tables_stops_where_its_lines_do() -> None:
    one = past(TARGETS)
    good: list[float | None] = [0.001] * 4
    table = Table("icmp", TARGETS, [0] * 4, {"icmp_loss_ratio": [0.0] * 4, "icmp_rtt_median_seconds": good})
    flood = [Taken("gradasi", report(table), NOW, False, [], [])] * (MOST_MEASUREMENTS + 5)
    one.take(flood, NOW)
    assert one.cells(MeasuredPath("gradasi", "icmp", "gateway"))[-1].up == MOST_MEASUREMENTS
    assert one.counts.excess == 5 * 4
