"""The snmp probe against net-snmp's snmpd and against recordings of real devices."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.assignment import Work
from agent.delivery.outbox import Standing
from agent.net.allow import UNRESTRICTED
from agent.probes.icmp.flips import Flips
from agent.probes.icmp.streams import IcmpProbes
from agent.probes.measurement import Row
from agent.schedule import Runner
from agent.spool import SpoolLedger
from tests.agent.probes.unrestricted import measure, measure_rows
from tests.fakes.scripted import failure_of
from tests.free_ports import free_port
from tests.servers.snmpd import COMMUNITY, needs_snmpd, snmpd, user
from tests.servers.snmpsim import recording, snmpsim
from wire.probes import Snmp
from wire.report import Body, Table

AUTH_KEY, PRIV_KEY = "maplesyrup", "pancakes-for-all"
IF_ENTRY, IF_X_ENTRY = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
NAMES = (f"{IF_ENTRY}.2.", f"{IF_X_ENTRY}.1.")
AUTHS = ("MD5", "SHA", "SHA-224", "SHA-384", "SHA-512")
LEVELS = [
    *((auth, "AES-128") for auth in AUTHS),
    *((auth, "DES") for auth in ("MD5", "SHA", "SHA-256")),
    *((auth, f"AES-{bits}{keys}") for auth in AUTHS for bits in (192, 256) for keys in ("", "-C")),
]
"""Of SNMPv3, as net-snmp knows them: all but 3DES."""
SOURCES = ("normal", "battery", "bypass", "booster", "reducer", "none", "other")

APC_ON_BATTERY = b"""\
1.3.6.1.2.1.1.3.0|67|1000
1.3.6.1.4.1.318.1.1.1.2.1.2.0|67|4200
1.3.6.1.4.1.318.1.1.1.2.2.1.0|66|87
1.3.6.1.4.1.318.1.1.1.2.2.3.0|67|162000
1.3.6.1.4.1.318.1.1.1.4.1.1.0|2|3
"""

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one loop, one SNMP engine

Keep = Callable[[str, str], str]


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keep:
    """Keeps a secret where the agent looks for it; its name."""
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", tmp_path)

    def kept(name: str, secret: str) -> str:
        (tmp_path / name).write_text(f"{secret}\n")
        return name

    return kept


@pytest.fixture
def community(keep: Keep) -> str:
    return keep("community", COMMUNITY)


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    users = [*user("reader", "SHA-256", AUTH_KEY, PRIV_KEY), *user("open", "SHA", AUTH_KEY)]
    for auth, priv in LEVELS:
        users += user(f"reader-{auth}-{priv}", auth, AUTH_KEY, PRIV_KEY, "AES" if priv == "AES-128" else priv)
    with snmpd(tmp_path_factory.mktemp("snmpd"), users) as port:
        yield port


RECORDED = {
    "huawei": "UPS/huawei-gse200m",
    "phoenixtec": "UPS/phoenixtec-power",
    "eaton": "UPS/eaton-93e-80",
    "switch": "network/switch/cisco-c3560",
    "radio": "network/wifi/ubiquiti-m5",
}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The community is the recording."""
    recordings = {name: recording(path) for name, path in RECORDED.items()}
    recordings |= {
        "eaton-on-battery": on_battery(recordings["eaton"]),
        "eaton-16-bit": unknown(recordings["eaton"], 65535),
        "eaton-32-bit": unknown(recordings["eaton"], 4294967295),
        "apc": APC_ON_BATTERY,
        "apc-precise": APC_ON_BATTERY.replace(b"2.2.1.0|66|87", b"2.3.1.0|66|873"),
        "apc-test": APC_ON_BATTERY.replace(b"4.1.1.0|2|3", b"4.1.1.0|2|15"),
        "apc-unknown": APC_ON_BATTERY.replace(b"|162000", b"|4294967295"),
    }
    with snmpsim(tmp_path_factory.mktemp("snmpsim"), recordings) as port:
        yield port


def unknown(recorded: bytes, all_ones: int) -> bytes:
    """The same UPS with a card that knows neither how long it is on battery nor how long that will last."""
    changes = {b".2.2.0|2|0": b".2.2.0|66|%d", b".2.3.0|2|1092": b".2.3.0|66|%d"}
    for before, after in changes.items():
        recorded = recorded.replace(b"1.3.6.1.2.1.33.1" + before, b"1.3.6.1.2.1.33.1" + after % all_ones)
    return recorded


def on_battery(recorded: bytes) -> bytes:
    """The same UPS after the power went: upsSecondsOnBattery 42, upsOutputSource battery, 18 minutes left."""
    changes = {b".2.2.0|2|0": b".2.2.0|2|42", b".4.1.0|2|3": b".4.1.0|2|5", b".2.3.0|2|1092": b".2.3.0|2|18"}
    for before, after in changes.items():
        recorded = recorded.replace(b"1.3.6.1.2.1.33.1" + before, b"1.3.6.1.2.1.33.1" + after)
    return recorded


def probe(port: int, *profiles: str, **settings: object) -> Snmp:
    settings = {"address": "127.0.0.1", "timeout_seconds": 10.0, **settings}
    return Snmp(target="device", profiles=list(profiles), port=port, **settings)  # type: ignore[arg-type]


def by_name(rows: list[Row]) -> dict[str, Row]:
    assert len({row.row for row in rows}) == len(rows)
    return {row.row: row for row in rows}


def counter(name: str) -> int:
    return int(Path("/sys/class/net/lo/statistics", name).read_text())


@needs_snmpd
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost"])
async def test_a_device_says_how_long_it_runs(device: int, community: str, address: str) -> None:
    values = await measure(probe(device, "system", address=address, community_file=community))
    assert values["device_uptime_seconds"] == pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=2)
    assert values["snmp_failed_profiles"] == 0


@needs_snmpd
async def test_an_interface_is_a_row_with_the_kernels_own_counters(device: int, community: str) -> None:
    rows = by_name(await measure_rows(probe(device, "interfaces", community_file=community)))
    loopback = rows["lo"].values
    assert 0 < loopback["interface_receive_bytes_total"] <= counter("rx_bytes")
    assert loopback["interface_transmit_bytes_total"] == loopback["interface_receive_bytes_total"]
    assert loopback["interface_receive_errors_total"] == counter("rx_errors")
    assert loopback["interface_transmit_discards_total"] == counter("tx_dropped")
    assert loopback["interface_up"] == 1
    assert rows["lo"].info == {"alias": "", "index": str(socket.if_nametoindex("lo"))}
    assert not rows[""].values.keys() & loopback.keys()


@needs_snmpd
@pytest.mark.parametrize(("auth", "priv"), LEVELS)
async def test_a_user_of_snmpv3_reads_with_authentication_and_privacy(
    device: int, keep: Keep, auth: str, priv: str
) -> None:
    asked = {"user": f"reader-{auth}-{priv}", "auth": auth, "priv": priv}
    keys = {"auth_file": keep("auth", AUTH_KEY), "priv_file": keep("priv", PRIV_KEY)}
    rows = await measure_rows(probe(device, "system", "interfaces", **asked, **keys))
    assert by_name(rows)["lo"].values["interface_up"] == 1


@needs_snmpd
async def test_another_cipher_than_the_devices_is_told_with_what_to_check(keep: Keep, tmp_path: Path) -> None:
    """net-snmp drops what it can't decrypt. The first poll hears who it is, the second hears nothing."""
    keys = {"auth_file": keep("auth", AUTH_KEY), "priv_file": keep("priv", PRIV_KEY)}
    with snmpd(tmp_path, user("reader", "SHA-256", AUTH_KEY, PRIV_KEY)) as port:
        asked = probe(port, "system", user="reader", priv="DES", timeout_seconds=1.0, **keys)
        assert "says who it is, and no more; check priv and priv_file" in str(await failure_of(asked))
        assert "check priv and priv_file too" in str(await failure_of(asked))


@needs_snmpd
async def test_authentication_alone_will_do_where_the_device_allows_it(device: int, keep: Keep) -> None:
    values = await measure(probe(device, "system", user="open", auth="SHA", auth_file=keep("auth", AUTH_KEY)))
    assert values["device_uptime_seconds"] > 0


@needs_snmpd
@pytest.mark.parametrize(
    ("name", "auth_key", "remedy"),
    [
        ("reader", "not-the-right-key", "check auth and auth_file"),
        ("nobody", AUTH_KEY, "unknown user; check user"),
        ("open", AUTH_KEY, "give priv_file if the device encrypts, else leave it out"),
    ],
    ids=["wrong key", "unknown user", "no such level"],
)
async def test_wrong_credentials_of_snmpv3_are_a_setting_to_correct(
    device: int, keep: Keep, name: str, auth_key: str, remedy: str
) -> None:
    keys = {"auth_file": keep("auth", auth_key), "priv_file": keep("priv", PRIV_KEY)}
    auth = "SHA" if name == "open" else "SHA-256"
    failed = await failure_of(probe(device, "system", user=name, auth=auth, **keys))
    assert failed.reason == "setting"
    assert remedy in str(failed)


@needs_snmpd
async def test_a_wrong_community_is_no_answer_and_the_remedy_is_told(device: int, keep: Keep) -> None:
    failed = await failure_of(probe(device, "system", community_file=keep("c", "guess"), timeout_seconds=1.0))
    assert failed.reason == "timeout"
    assert "check community" in str(failed)


async def test_where_nobody_listens_the_answer_is_refused_at_once(keep: Keep) -> None:
    failed = await failure_of(probe(free_port(), "system", community_file=keep("c", "any")))
    assert failed.reason == "refused"


async def test_a_secret_that_is_not_there_is_a_setting_and_names_the_file(keep: Keep, tmp_path: Path) -> None:
    failed = await failure_of(probe(161, "system", community_file="absent"))
    assert (failed.reason, str(tmp_path / "absent") in str(failed)) == ("setting", True)
    failed = await failure_of(probe(161, "system", community_file=keep("empty", "")))
    assert (failed.reason, "is empty" in str(failed)) == ("setting", True)
    failed = await failure_of(probe(161, "system", user="reader", auth_file=keep("short", "short")))
    assert (failed.reason, "at least 8 characters" in str(failed)) == ("setting", True)


@needs_snmpd
async def test_an_unknown_profile_is_a_setting_and_the_known_ones_are_told(
    device: int, community: str
) -> None:
    failed = await failure_of(probe(device, "ubnt", community_file=community))
    assert failed.reason == "setting"
    assert "known are apc, " in str(failed)


@needs_snmpd
async def test_devices_that_know_one_user_by_different_keys_are_both_read(
    device: int, keep: Keep, tmp_path: Path
) -> None:
    with snmpd(tmp_path, user("reader", "SHA-256", "another-key", "another-privacy")) as other:
        for _ in range(2):
            for port, auth_key, priv_key in (
                (device, AUTH_KEY, PRIV_KEY),
                (other, "another-key", "another-privacy"),
            ):
                keys = {"auth_file": keep(f"a{port}", auth_key), "priv_file": keep(f"p{port}", priv_key)}
                assert await measure(probe(port, "system", user="reader", **keys))


@needs_snmpd
async def test_a_secret_that_was_changed_is_used_from_the_next_poll_on(
    device: int, keep: Keep, tmp_path: Path
) -> None:
    keys = {"auth_file": keep("auth", "old-old-old"), "priv_file": keep("priv", PRIV_KEY)}
    asking = probe(device, "system", user="reader", **keys)
    assert (await failure_of(asking)).reason == "setting"
    keep("auth", AUTH_KEY)
    assert (await measure(asking))["device_uptime_seconds"] > 0


@needs_snmpd
async def test_a_profile_that_the_device_lacks_costs_only_itself(device: int, community: str) -> None:
    rows = by_name(await measure_rows(probe(device, "ups", "system", "interfaces", community_file=community)))
    assert rows[""].values["snmp_failed_profiles"] == 1
    assert rows[""].values["device_uptime_seconds"] > 0
    assert rows["lo"].values["interface_up"] == 1
    failed = await failure_of(probe(device, "ups", "apc", community_file=community))
    assert failed.reason == "answer"


@needs_snmpd
async def test_only_interfaces_that_match_a_pattern_are_reported(device: int, community: str) -> None:
    rows = await measure_rows(probe(device, "interfaces", community_file=community, interfaces=["l?", "x*"]))
    assert [row.row for row in rows] == ["", "lo"]
    failed = await failure_of(probe(device, "interfaces", community_file=community, interfaces=["x*"]))
    assert (failed.reason, "none matches x*" in str(failed)) == ("answer", True)


async def test_a_ups_on_mains_says_so_and_what_its_card_does_not_know_is_left_out(
    recorded: int, keep: Keep
) -> None:
    values = await measure(probe(recorded, "ups", community_file=keep("c", "huawei")))
    assert values["ups_on_battery_seconds"] == 0
    assert source(values) == "normal"
    assert "ups_battery_remaining_seconds" not in values  # -1 on this card
    assert "ups_battery_charge_ratio" not in values

    values = await measure(probe(recorded, "ups", community_file=keep("c", "phoenixtec")))
    assert values["ups_battery_charge_ratio"] == 1
    assert "ups_battery_remaining_seconds" not in values  # 0 on this card while on mains


@pytest.mark.parametrize(
    ("community", "expected", "on_battery_seconds", "remaining_seconds"),
    [("eaton", "normal", 0, 1092 * 60), ("eaton-on-battery", "battery", 42, 18 * 60)],
)
async def test_a_ups_tells_mains_from_battery_and_how_long_it_will_last(
    recorded: int, keep: Keep, community: str, expected: str, on_battery_seconds: int, remaining_seconds: int
) -> None:
    values = await measure(probe(recorded, "ups", community_file=keep("c", community)))
    assert source(values) == expected
    assert values["ups_on_battery_seconds"] == on_battery_seconds
    assert values["ups_battery_remaining_seconds"] == remaining_seconds
    assert values["ups_battery_charge_ratio"] == 1


@pytest.mark.parametrize("card", ["eaton-16-bit", "eaton-32-bit"])
async def test_a_time_of_all_ones_is_one_that_the_card_does_not_know(
    recorded: int, keep: Keep, card: str
) -> None:
    values = await measure(probe(recorded, "ups", community_file=keep("c", card)))
    assert source(values) == "normal"
    assert not values.keys() & {"ups_on_battery_seconds", "ups_battery_remaining_seconds"}
    assert values["ups_battery_charge_ratio"] == 1


async def test_an_apc_that_knows_its_charge_in_tenths_of_a_percent_alone_tells_it(
    recorded: int, keep: Keep
) -> None:
    values = await measure(probe(recorded, "apc", community_file=keep("c", "apc-precise")))
    assert values["ups_battery_charge_ratio"] == pytest.approx(0.873)


@pytest.mark.parametrize(
    ("community", "expected", "remaining"),
    [("apc", "battery", 1620.0), ("apc-test", "other", 1620.0), ("apc-unknown", "battery", None)],
)
async def test_an_apc_tells_a_power_cut_from_a_battery_test(
    recorded: int, keep: Keep, community: str, expected: str, remaining: float | None
) -> None:
    values = await measure(probe(recorded, "apc", community_file=keep("c", community)))
    assert source(values) == expected
    assert values["ups_on_battery_seconds"] == 42
    assert values["ups_battery_charge_ratio"] == pytest.approx(0.87)
    assert values.get("ups_battery_remaining_seconds") == remaining


async def test_a_switchs_interfaces_are_those_of_its_recording(recorded: int, keep: Keep) -> None:
    rows = by_name(await measure_rows(probe(recorded, "interfaces", community_file=keep("c", "switch"))))
    device = rows.pop("")
    assert device.values["snmp_truncated_tables"] == 0
    cells = cells_of("switch")
    up = {
        oid.rpartition(".")[2]
        for oid, value in cells.items()
        if oid.startswith(f"{IF_ENTRY}.7.") and value == "1"
    }
    assert {row.info["index"] for row in rows.values()} == up
    for name, row in rows.items():
        index = row.info["index"]
        assert name == cells[f"{IF_X_ENTRY}.1.{index}"]
        for value, column in (("receive", 6), ("transmit", 10)):
            counted = cells.get(f"{IF_X_ENTRY}.{column}.{index}")
            assert row.values.get(f"interface_{value}_bytes_total") == (int(counted) if counted else None)
        assert row.values["interface_up"] == (cells[f"{IF_ENTRY}.8.{index}"] == "1")
        assert (
            row.values.get("interface_speed_bits_per_second", 0)
            == int(cells[f"{IF_X_ENTRY}.15.{index}"]) * 1e6
        )


async def test_a_radio_of_32_bit_counters_has_octets_where_they_wrap_slowly(
    recorded: int, keep: Keep
) -> None:
    """By ifDescr. At 10 Mb/s they wrap in 57 minutes, at 54 Mb/s in 11, at 1 Gb/s in 34 seconds."""
    asked = probe(recorded, "interfaces", community_file=keep("c", "radio"), period_seconds=300.0)
    rows, cells = by_name(await measure_rows(asked)), cells_of("radio")
    assert len(rows) > 1
    for row in rows.values():
        if row.row:
            index = row.info["index"]
            assert row.row == cells[f"{IF_ENTRY}.2.{index}"]
            octets, speed = int(cells[f"{IF_ENTRY}.10.{index}"]), int(cells[f"{IF_ENTRY}.5.{index}"])
            wraps = speed and 2**32 * 8 / speed < 600
            assert row.values.get("interface_receive_bytes_total") == (None if wraps else octets)


def cells_of(name: str) -> dict[str, str]:
    """What is recorded, by object."""
    lines = recording(RECORDED[name]).decode("latin-1").splitlines()
    cells = {}
    for oid, tag, value in (line.split("|", 2) for line in lines):
        cells[oid] = bytes.fromhex(value).decode() if tag == "4x" and oid.startswith(NAMES) else value
    return cells


def source(values: dict[str, float]) -> str:
    told = {name: values[f"ups_output_source_{name}"] for name in SOURCES}
    assert sum(told.values()) == 1
    return max(told, key=lambda name: told[name])


@needs_snmpd
async def test_the_interfaces_of_a_device_come_into_the_report_beside_it(device: int, community: str) -> None:
    reported = asyncio.Queue[Body]()
    vitals = Standing(0, SpoolLedger(), {}).vitals
    runner = Runner(IcmpProbes(UNRESTRICTED), Flips(), UNRESTRICTED, reported.put, vitals)
    runner.assign(Work(1, 1.0, [probe(device, "system", "interfaces", community_file=community)]))
    running = asyncio.create_task(runner.run())
    try:
        async with asyncio.timeout(30):
            tables: list[Table] = []
            while not tables:
                tables = [table for table in (await reported.get()).tables if table.kind == "snmp"]
    finally:
        running.cancel()
    itself, parts = tables
    assert itself.target == ["device"]
    assert itself.values["device_uptime_seconds"][0]
    assert itself.values["probe_duration_seconds"][0]
    assert parts.target == ["device"] * len(parts.row)
    assert parts.values["interface_up"][parts.row.index("lo")] == 1
    assert parts.info["index"][parts.row.index("lo")] == str(socket.if_nametoindex("lo"))
