"""What is remote-written has the labels, values and times that a scrape of the same measurement has."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from collector.backfill.samples import samples
from collector.city.agents import MAX_AHEAD_SECONDS, OWN
from collector.city.state import Measured, State
from collector.city.unscraped import Unscraped, unscraped_of
from collector.incidents import Incidents, network_of
from collector.inventory import City, Site
from collector.prometheus.exposition import Exposition
from tests.fakes.small_city import ASSIGNMENTS, CITY, EXPECTED, NOW, parts, report, table
from wire.metrics import CATALOGUE, names_of
from wire.report import Body, Report, Table, decode_body, encode_body
from wire.text import printable

HOUR = 3600.0
SCRAPE = {"job": "pantau-city", "instance": "pantau"}

Point = tuple[frozenset[tuple[str, str]], int]


def written(state: State, agent: str, reported: Report, received: float) -> dict[Point, float]:
    """By series and time in milliseconds, through what the store keeps."""
    unscraped = state.apply(agent, reported, received).unscraped
    if not unscraped:
        return {}
    row = unscraped_of(agent, state.city.sites[agent].district, unscraped)
    row = row._replace(body=decode_body(encode_body(row.body)))
    return {(frozenset(labels), at_ms): value for at_ms, labels, value in samples([row], {})}


def scraped(state: State, now: float) -> dict[Point, float]:
    """As Prometheus stores it: the metric's name is a label, an empty label is none."""
    quiet = Incidents(network_of(state.city, {}), now)
    text = b"".join(Exposition(state, quiet, "0").render(now)).decode()
    return {
        (
            frozenset(pair for pair in [("__name__", sample.name), *sample.labels.items()] if pair[1]),
            round(float(sample.timestamp) * 1000),
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.timestamp is not None and sample.name != "pantau_agent_last_report_timestamp_seconds"
    }


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    ['"', "\\", "\n", "a,b", "{}", "kantor"]
)
values = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53) | st.none()
reasons = st.sampled_from(["", "timeout", "refused", "permission", "setting"])
KINDS = ("icmp", "tcp", "dns", "http", "snmp")


@st.composite
def measurements(draw: st.DrawFn) -> Table:
    kind = draw(st.sampled_from([*KINDS, OWN[0]]))
    row = draw(names) if kind == "snmp" and draw(st.booleans()) else ""
    known = sorted(names_of(kind))
    made = table(
        kind,
        OWN[1] if kind == OWN[0] else draw(names),
        draw(st.dictionaries(st.sampled_from([*known, "from_the_future"]), values, max_size=8)),
        reason=draw(reasons),
        age_ms=draw(st.integers(0, 29_999)),
        row=row,
    )
    if row:
        made.info = draw(st.dictionaries(st.sampled_from(["alias", "index"]), names.map(lambda name: [name])))
    return made


def once(one: Table) -> tuple[object, ...]:
    """Nobody measures one thing twice at one time."""
    return one.kind, one.target[0], *map(printable, one.row), one.age_ms[0]


@given(
    tables=st.lists(measurements(), min_size=1, max_size=6, unique_by=once),
    district=names | st.just(""),
    at=st.integers(0, 10_000).map(lambda ms: round(NOW + ms / 1000, 3)),
)
def test_a_late_report_is_written_as_it_would_have_been_scraped(
    tables: list[Table], district: str, at: float
) -> None:
    city = City(name="", sites={"noc": Site(role="noc", name="", district=district)})
    pairs = frozenset((one.kind, one.target[0]) for one in tables)
    reported = report(*tables, at=at)
    in_time, too_late = State(city, {"noc": pairs}), State(city, {"noc": pairs})
    replaced = written(in_time, "noc", reported, at)
    shown = scraped(in_time, at)
    late = written(too_late, "noc", reported, at + HOUR)
    assert scraped(too_late, at + HOUR) == {}
    assert late == replaced | shown


def test_the_labels_that_a_scrape_adds_are_added() -> None:
    row = unscraped_of("gradasi", "Pontianak Selatan", [Measured(NOW, table("tcp", "sehat"), 0)])
    (sample,) = samples([row], SCRAPE)
    assert sample.at_ms == round(NOW * 1000)
    assert dict(sample.labels) == {
        "__name__": "pantau_probe_success",
        "instance": "pantau",
        "job": "pantau-city",
        "site": "gradasi",
        "district": "Pontianak Selatan",
        "target": "sehat",
        "probe": "tcp",
    }
    assert list(sample.labels) == sorted(sample.labels)
    assert sample.site == "gradasi"


def test_samples_are_sorted_by_time_and_the_last_of_two_at_one_time_counts() -> None:
    rtt = "icmp_rtt_median_seconds"
    rows = [
        unscraped_of("gradasi", "", [Measured(NOW + at, table("icmp", "gateway", {rtt: value}), 0)])
        for at, value in ((10, 0.3), (0, 0.1), (0, 0.2))
    ]
    found = [sample for sample in samples(rows, {}) if dict(sample.labels)["__name__"].endswith(rtt)]
    assert [(sample.at_ms, sample.value) for sample in found] == [
        (round(NOW * 1000), 0.2),
        (round(NOW * 1000) + 10_000, 0.3),
    ]


def test_lines_of_several_tables_keep_their_own_times() -> None:
    columns: Mapping[str, list[float | None]] = {"tcp_connect_duration_seconds": [0.1, 0.2, 0.3]}
    three = Table("tcp", ["a", "b", "c"], [0, 1000, 2000], dict(columns), ["", "timeout", ""])
    other = table("dns", "d", {"dns_response_code": 3.0})
    row = unscraped_of(
        "noc", "", [Measured(NOW - 2, three, 2), Measured(NOW - 1, three, 1), Measured(NOW + 5, other, 0)]
    )
    assert row == Unscraped(
        "noc",
        "",
        Body(
            NOW + 5,
            [
                Table(
                    "tcp",
                    ["c", "b"],
                    [7000, 6000],
                    {"tcp_connect_duration_seconds": [0.3, 0.2]},
                    ["", "timeout"],
                ),
                other,
            ],
        ),
    )


def test_what_could_not_be_dated_or_was_not_assigned_is_never_written() -> None:
    state = State(CITY, EXPECTED, ASSIGNMENTS)
    assert not written(state, "gradasi", report(table("icmp", "gateway"), dated=False), NOW)
    ahead = report(table("icmp", "gateway"), at=NOW + MAX_AHEAD_SECONDS + 1)
    assert not written(state, "gradasi", ahead, NOW)
    assert not written(state, "gradasi", report(table("icmp", "elsewhere"), at=NOW - HOUR), NOW)


def test_every_value_of_the_catalogue_is_a_series_of_its_own() -> None:
    one: dict[str, float | None] = dict.fromkeys(CATALOGUE, 1.0)
    tables = [table(kind, "far", one) for kind in KINDS]
    tables += [table("snmp", "far", values, row="ether1") for values in parts(one)]
    tables.append(table(*OWN, one))
    row = unscraped_of("noc", "", [Measured(NOW, each, 0) for each in tables])
    families = {dict(sample.labels)["__name__"] for sample in samples([row], {})}
    assert families == {metric.family for metric in CATALOGUE.values()} | {"pantau_probe_success"}
