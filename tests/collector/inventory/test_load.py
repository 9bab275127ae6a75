from pathlib import Path

from collector.inventory import City, Ring, init, load
from collector.inventory.city import Device
from tests.collector.inventory.cities import MINIMAL, SAMPLE_CITY, write, write_sheet


def test_the_sample_city_has_its_102_sites() -> None:
    city = load(SAMPLE_CITY)
    assert len(city.sites) == 102
    assert {site.district for site in city.sites.values()} == {
        "Pontianak Barat",
        "Pontianak Kota",
        "Pontianak Selatan",
        "Pontianak Tenggara",
        "Pontianak Timur",
        "Pontianak Utara",
    }
    assert not any(site.coordinate_quality == "surveyed" for site in city.sites.values())


def test_init_writes_a_valid_inventory(tmp_path: Path) -> None:
    init(tmp_path / "new")
    assert set(load(tmp_path / "new").sites) == {"noc", "pop-selatan", "gradasi", "dinkes", "posyandu"}


def test_tables_may_be_spread_over_files(tmp_path: Path) -> None:
    whole = load(write(tmp_path / "whole"))
    city, rest = MINIMAL.split("[links]")
    write(tmp_path / "parts", city)
    (tmp_path / "parts" / "links.toml").write_text("[links]" + rest)
    (tmp_path / "parts" / "internet.toml").write_text('[city]\ntimezone = "Asia/Pontianak"\n')
    assert load(tmp_path / "parts") == whole


def internet(tmp_path: Path, written: str) -> list[tuple[str, Ring, str]]:
    city = load(write(tmp_path, MINIMAL.replace("[city]", f"[city]\ninternet = {written}")))
    return [(target.name, target.ring, target.address) for target in city.internet.targets]


def test_a_plain_list_of_the_internet_is_national(tmp_path: Path) -> None:
    assert internet(tmp_path, '["192.0.2.1", "192.0.2.2"]') == [
        ("internet", "national", "192.0.2.1"),
        ("internet2", "national", "192.0.2.2"),
    ]


def test_a_list_that_becomes_a_table_keeps_the_names_of_its_targets(tmp_path: Path) -> None:
    written = (
        '{ city = ["203.0.113.1"], international = ["198.51.100.1"], national = ["192.0.2.1", "192.0.2.2"] }'
    )
    assert internet(tmp_path, written) == [
        ("internet", "national", "192.0.2.1"),
        ("internet2", "national", "192.0.2.2"),
        ("internet3", "international", "198.51.100.1"),
        ("internet4", "city", "203.0.113.1"),
    ]


def test_one_file_serves_as_well_as_its_folder(tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert load(folder / "city.toml") == load(folder)


def sheets(folder: Path, separator: str) -> City:
    write(folder, '[city]\nname = "Pontianak"')
    sites = [
        {"id": "noc", "role": "noc", "name": "NOC", "router": "10.61.0.1"},
        {"id": "pop", "role": "pop", "name": "POP", "router": "10.61.1.1"},
        {"id": "gradasi", "role": "hotspot", "name": "Gradasi", "router": "10.61.4.1"},
    ]
    links = [
        {"id": "pop-fiber", "from": "pop", "to": "noc"},
        {"id": "gradasi-radio", "from": "gradasi", "to": "pop", "medium": "radio"},
    ]
    write_sheet(folder / "sites.csv", sites, separator)
    write_sheet(folder / "links.csv", links, separator)
    return load(folder)


def test_spreadsheets_say_the_same_as_toml(tmp_path: Path) -> None:
    assert sheets(tmp_path / "sheets", ",") == load(write(tmp_path / "toml"))


def test_a_spreadsheet_with_semicolons_is_read_too(tmp_path: Path) -> None:
    assert sheets(tmp_path / "semicolons", ";") == load(write(tmp_path / "toml"))


def test_a_spreadsheet_saved_with_a_byte_order_mark_is_read_too(tmp_path: Path) -> None:
    plain = sheets(tmp_path, ",")
    sheet = tmp_path / "sites.csv"
    sheet.write_text("\ufeff" + sheet.read_text(), encoding="utf-8")
    assert load(tmp_path) == plain


def test_a_line_break_within_a_quoted_cell_stays_in_the_cell(tmp_path: Path) -> None:
    write(tmp_path, '[city]\nname = "C"')
    write_sheet(tmp_path / "sites.csv", [{"id": "noc", "role": "noc", "name": "NOC", "note": "one\ntwo"}])
    assert load(tmp_path).sites["noc"].note == "one\ntwo"


def test_a_dotted_column_head_is_a_key_within_a_key(tmp_path: Path) -> None:
    write(tmp_path, '[city]\nname = "C"')
    row = {
        "id": "noc",
        "role": "noc",
        "name": "NOC",
        "router.address": "10.61.0.1",
        "router.snmp": "mikrotik",
    }
    write_sheet(tmp_path / "sites.csv", [row])
    site = load(tmp_path).sites["noc"]
    assert site.router == "10.61.0.1"
    assert site.devices == {"router": Device(address="10.61.0.1", snmp="mikrotik")}


def test_a_router_with_a_sort_and_any_ups_are_devices_too(tmp_path: Path) -> None:
    site = 'router = { address = "10.61.0.1", snmp = "mikrotik" }, ups = "10.61.0.9"'
    write(tmp_path, f'[city]\nname = "C"\n[sites]\nnoc = {{ role = "noc", name = "N", {site} }}')
    assert load(tmp_path).sites["noc"].devices == {
        "router": Device(address="10.61.0.1", snmp="mikrotik"),
        "ups": Device(address="10.61.0.9", snmp="ups"),
    }


def test_files_of_secrets_are_relative_to_the_folder(tmp_path: Path) -> None:
    receiver = '[receivers.shift]\ntelegram = { chat = 1, token_file = "secrets/telegram" }'
    telegram = load(write(tmp_path, MINIMAL, receiver)).receivers["shift"].telegram
    assert telegram is not None
    assert telegram.token_file == str(tmp_path / "secrets" / "telegram")


def test_the_account_for_fault_reports_is_relative_to_the_folder_too(tmp_path: Path) -> None:
    written = MINIMAL.replace("[city]", '[city]\nticket_url_file = "secrets/tickets"')
    assert load(write(tmp_path / "new", written)).ticket_url_file == str(tmp_path / "new/secrets/tickets")
    assert load(write(tmp_path / "plain")).ticket_url_file == ""
