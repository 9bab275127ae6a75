"""Spreadsheets as people save them: read as they are meant, or one line a fault."""

from pathlib import Path

import pytest

from collector.inventory import BadInventory, check, load
from tests.collector.inventory.cities import MINIMAL, write

CITY = '[city]\nname = "C"\n[links]\na = { from = "noc", to = "internet" }'
HEADS = "id;role;name;router;users\r\n"
NOC = "noc;noc;NOC;10.61.0.1;60\r\n"


def saved(folder: Path, sheet: str | bytes, name: str = "sites.csv") -> Path:
    write(folder, CITY)
    (folder / name).write_bytes(sheet.encode() if isinstance(sheet, str) else sheet)
    return folder


def told(path: Path) -> list[str]:
    with pytest.raises(BadInventory) as caught:
        load(path)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    "sheet",
    [
        f"\ufeff{HEADS}{NOC}",
        f"sep=;\r\n{HEADS}{NOC}",
        f"\ufeffSEP=;\r\n{HEADS}{NOC}",
        f'"sep=;"\r\n{HEADS}{NOC}',
        f"{HEADS}{NOC};;;;\r\n;;;;\r\n",
        "id;;role;;name;router;users\r\nnoc;;noc;;NOC;10.61.0.1;60\r\n",
        f"{HEADS} noc\u00a0;noc;NOC;10.61.0.1\u00a0;60\r\n",
        f"{HEADS}noc\u200b;noc;NOC;10.61.0.1\u200b;60\r\n",
        "ID;Role;NAME;Router;Users\r\nnoc;noc;NOC;10.61.0.1;60\r\n",
        "\u200bid;role\u00a0;name;router;users\r\nnoc;noc;NOC;10.61.0.1;60\r\n",
        (HEADS + NOC).replace(";", "\t"),
        (HEADS + NOC).replace(";", "\t").replace("\r", ""),
        (HEADS + NOC).replace(";", ","),
        (HEADS + NOC).replace("\r\n", "\r"),
        f"sep=;\r{HEADS}{NOC}".replace("\r\n", "\r"),
        f"\r\n;;;;\r\n{HEADS}\r\n{NOC}",
        f"Daftar Lokasi, Kota Pontianak;;;;\r\nDinas Kominfo, 2026;;;;\r\n;;;;\r\n{HEADS}{NOC}",
        f"DAFTAR LOKASI\r\n{HEADS}{NOC}",
        f"sep=;\r\nDAFTAR LOKASI\r\n{HEADS}{NOC}",
    ],
    ids=[
        "a byte order mark",
        "sep=",
        "both",
        "sep= in quotes",
        "trailing separators",
        "empty columns",
        "blanks that do not break",
        "blanks of no width",
        "capital heads",
        "blanks in heads",
        "tabs",
        "tabs and Unix's ends of line",
        "commas",
        "a Macintosh's ends of line",
        "sep= and a Macintosh's ends of line",
        "empty lines above the heads",
        "a title with commas above the heads",
        "a title of one cell",
        "a title below sep=",
    ],
)
def test_it_is_read_as_it_is_meant(tmp_path: Path, sheet: str) -> None:
    site = load(saved(tmp_path, sheet)).sites["noc"]
    assert (site.role, site.name, site.router, site.users) == ("noc", "NOC", "10.61.0.1", 60)


@pytest.mark.parametrize("name", ["Sites.csv", "SITES.CSV"])
def test_capital_letters_in_a_name_are_the_same(tmp_path: Path, name: str) -> None:
    assert load(saved(tmp_path, HEADS + NOC, name)).sites["noc"].users == 60


def test_two_sheets_of_one_table_tell_each_line_that_both_have(tmp_path: Path) -> None:
    saved(tmp_path, HEADS + NOC)
    assert told(saved(tmp_path, HEADS + NOC, "Sites.csv")) == [
        "sites.csv:2: sites.noc: stands in Sites.csv:2 too; keep one of them"
    ]


def test_a_semicolon_in_a_quoted_head_separates_nothing(tmp_path: Path) -> None:
    sheet = 'id,role,name,"note; or not"\r\nnoc,noc,NOC,x\r\n'
    (line,) = told(saved(tmp_path, sheet))
    assert line.startswith("sites.csv:2: sites.noc.note; or not: no such key; ")


@pytest.mark.parametrize(
    ("sheet", "lines"),
    [
        (
            f"{HEADS}{NOC}pasar;hotspot;Pasar;10.61.4.1;5\r\n;;Lt. 2;10.61.4.2;6\r\n;;Lt. 3;10.61.4.3;6\r\n",
            [
                f"sites.csv:{line}: sites: has no id; write one: "
                "of cells that were merged only the first has it"
                for line in (4, 5)
            ],
        ),
        (
            "id;;role;name\r\nnoc;old;noc;NOC\r\n",
            ["sites.csv:2: sites.noc: has 'old' under no head; name the column, or empty it"],
        ),
        (
            f"{HEADS}noc;noc;Café;10.61.0.1;60\r\npos;pop;".encode("cp1252") + "Pos é;;\r\n".encode(),
            [
                "sites.csv: line 2: the byte 0xe9 is no UTF-8, 'é' in Windows' code page 1252; "
                "save it as UTF-8"
            ],
        ),
        (
            (HEADS + NOC).encode("utf-16-le"),
            ["sites.csv: is UTF-16 or no text at all; save it as UTF-8"],
        ),
        (
            (HEADS + NOC).encode("utf-16")[:-1],
            ["sites.csv: is UTF-16 that breaks off; save it as UTF-8"],
        ),
        (
            f"{HEADS}noc;noc;NOC;10100100100;60\r\n",
            [
                "sites.csv:2: sites.noc.router: '10100100100' is no IP address; "
                "write it like '10.61.4.1', without a prefix length"
            ],
        ),
        (
            "id;id;role\r\n",
            ["sites.csv: two columns are headed 'id'; save it as CSV in UTF-8, heads first"],
        ),
        (
            "id;role;router.snmp;router.snmp.user\r\nnoc;noc;a;b\r\n",
            [
                "sites.csv: 'router.snmp' and 'router.snmp.user' can't both head a column: "
                "take 'router.snmp' out; save it as CSV in UTF-8, heads first"
            ],
        ),
        (
            f'{HEADS}noc;noc;"NOC;10.61.0.1;60\r\npasar;hotspot;Pasar;10.61.4.1;5\r\n',
            [
                'sites.csv: line 2: the quotes " of a cell that begins there are never closed; '
                "save it as CSV in UTF-8, heads first"
            ],
        ),
        (
            f'{HEADS}{NOC}sd;hotspot;"SD;10.61.4.2;5\r\npasar;hotspot;"Pasar";10.61.4.1;5\r\n',
            [
                'sites.csv: line 3: a cell that begins there has text behind its closing quote "; '
                "save it as CSV in UTF-8, heads first"
            ],
        ),
    ],
    ids=[
        "merged cells",
        "a cell without a head",
        "a code page mixed with UTF-8",
        "UTF-16 without its mark",
        "UTF-16 that breaks off",
        "an address as a number",
        "id twice",
        "a head within another",
        "a quote that is never closed",
        "a quote that the next line's closes",
    ],
)
def test_a_fault_is_one_line(tmp_path: Path, sheet: str | bytes, lines: list[str]) -> None:
    assert told(saved(tmp_path, sheet)) == lines


def numbered(folder: Path, cell: str, key: str = "users", separator: str = ";") -> list[str]:
    """The complaints about such a cell."""
    heads = f"id;role;name;{key}".replace(";", separator)
    quoted = f'"{cell}"' if separator in cell else cell
    saved(folder, f"{heads}\n" + ";".join(("noc", "noc", "NOC", quoted)).replace(";", separator) + "\n")
    try:
        load(folder)
    except BadInventory as error:
        return [problem.what for problem in error.problems if problem.key == f"sites.noc.{key}"]
    return []


@pytest.mark.parametrize("cell", ["1.250", "1,250", "1 250", "1'250", "1\u00a0250"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_whole_number_in_groups_is_refused_with_the_number(
    tmp_path: Path, cell: str, separator: str
) -> None:
    (what,) = numbered(tmp_path, cell, separator=separator)
    assert what.endswith(": write 1250")


def linked(folder: Path, cell: str, separator: str = ";") -> list[str]:
    write(folder, '[city]\nname = "C"\n[sites]\nnoc = { role = "noc", name = "N" }')
    quoted = f'"{cell}"' if separator in cell else cell
    row = ("noc-a", "noc", "internet", quoted)
    lines = separator.join(("id", "from", "to", "down_mbps")), separator.join(row)
    (folder / "links.csv").write_text("\n".join(lines))
    try:
        return [str(load(folder).links["noc-a"].down_mbps)]
    except BadInventory as error:
        return [problem.what for problem in error.problems]


@pytest.mark.parametrize(
    ("cell", "separator", "said"),
    [
        ("1.000", ";", "'1.000': write 1000 or 1; it may mean either"),
        ("1.250", ";", "'1.250': write 1250 or 1.25; it may mean either"),
        ("1.000", "\t", "'1.000': write 1000 or 1; it may mean either"),
        ("1.000", ",", "1.0"),
        ("1,000", ",", "'1,000': write 1000 or 1"),
        ("1.000.000", ";", "1000000.0"),
        ("1.250,5", ";", "1250.5"),
        ("1,250.5", ",", "1250.5"),
        ("1 000", ";", "1000.0"),
        ("98,5", ";", "98.5"),
        ("0.125", ";", "0.125"),
        ("98.5", ";", "98.5"),
        ("98,5", ",", "98.5"),
        ("1,25,5", ";", "'1,25,5': write a number"),
        ("1000", ";", "1000.0"),
    ],
)
def test_a_number_that_may_mean_a_thousand_or_one_is_asked_about(
    tmp_path: Path, cell: str, separator: str, said: str
) -> None:
    assert linked(tmp_path, cell, separator) == [said]


def test_a_coordinate_can_be_no_thousand(tmp_path: Path) -> None:
    sheet = "id;role;name;latitude;longitude\nnoc;noc;NOC;-0.022;109.338\n"
    site = load(saved(tmp_path, sheet)).sites["noc"]
    assert (site.latitude, site.longitude) == (-0.022, 109.338)


@pytest.mark.parametrize(
    ("latitude", "longitude", "read"),
    [("-0,0263", "109,338", (-0.0263, 109.338)), ("-0,02", "109,3", (-0.02, 109.3))],
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_decimal_comma_is_read_where_it_has_one_meaning(
    tmp_path: Path, latitude: str, longitude: str, read: tuple[float, float], separator: str
) -> None:
    heads = separator.join(("id", "role", "name", "latitude", "longitude"))
    row = separator.join(("noc", "noc", "NOC", f'"{latitude}"', f'"{longitude}"'))
    site = load(saved(tmp_path, f"{heads}\n{row}\n")).sites["noc"]
    assert (site.latitude, site.longitude) == read


def test_a_decimal_comma_in_a_limit_is_read_too(tmp_path: Path) -> None:
    sheet = "id;role;name;limits.icmp_loss_ratio;users\nnoc;noc;NOC;0,05;7\n"
    assert load(saved(tmp_path, sheet)).sites["noc"].limits == {"icmp_loss_ratio": 0.05}


@pytest.mark.parametrize(
    ("cell", "read"), [("ya", True), ("Ya", True), ("TIDAK", False), ("BENAR", True), ("no", False)]
)
def test_yes_and_no_are_read_in_two_languages(tmp_path: Path, cell: str, read: bool) -> None:
    folder = write(tmp_path, '[city]\nname = "C"\n[sites]\nnoc = { role = "noc", name = "N" }')
    (folder / "links.csv").write_text(f"id;from;to;metered\nnoc-a;noc;internet;{cell}\n")
    assert load(folder).links["noc-a"].metered is read


def test_a_name_of_a_site_may_be_a_word_for_yes(tmp_path: Path) -> None:
    sheet = "id;role;name;router;users\nnoc;noc;Ya;10.61.0.1;60\n"
    assert load(saved(tmp_path, sheet)).sites["noc"].name == "Ya"


def test_a_head_may_have_blanks_for_underscores(tmp_path: Path) -> None:
    folder = write(tmp_path, '[city]\nname = "C"\n[sites]\nnoc = { role = "noc", name = "N" }')
    (folder / "links.csv").write_text("ID;From;To;Down Mbps;SLA  percent\na;noc;internet;100;99,5\n")
    link = load(folder).links["a"]
    assert (link.down_mbps, link.sla_percent) == (100, 99.5)


def test_a_name_stays_in_one_line_although_its_cell_has_two(tmp_path: Path) -> None:
    sheet = 'id;role;name;note\nnoc;noc;"Dinas\r\nKesehatan";"one\r\ntwo"\n'
    site = load(saved(tmp_path, sheet)).sites["noc"]
    assert (site.name, site.note) == ("Dinas Kesehatan", "one\ntwo")


@pytest.mark.parametrize("name", ["sites.txt", "Sites.tsv", "sites.csv"])
@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_each_way_in_which_excel_saves_text_is_read(tmp_path: Path, name: str, encoding: str) -> None:
    sheet = "id\trole\tname\r\nnoc\tnoc\tCafé – “Kota”\r\n"
    assert load(saved(tmp_path, sheet.encode(encoding), name)).sites["noc"].name == "Café – “Kota”"


def test_check_warns_of_an_encoding_that_is_a_guess(tmp_path: Path) -> None:
    folder = saved(tmp_path, "id;role;name\r\nnoc;noc;Café\r\n".encode("cp1252"))
    assert (
        "warning: sites.csv: is read as Windows' code page 1252; "
        "save it as CSV in UTF-8 if a name looks wrong"
    ) in check(folder)


@pytest.mark.parametrize("junk", [b"\xe9\x01", b"\x81\x8d", b"\xe9\0", b"\xff\xfe\0\0"])
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, junk: bytes) -> None:
    (line,) = told(saved(tmp_path, HEADS.encode() + junk))
    assert line.endswith("; save it as UTF-8")


def test_locks_and_copies_of_editors_are_no_part_of_it(tmp_path: Path) -> None:
    folder = write(tmp_path, MINIMAL)
    (folder / ".#city.toml").symlink_to("someone@desk.1234:1790000000")
    for name in (
        ".city.toml.swp",
        "#city.toml#",
        "city.toml~",
        ".hidden.toml",
        "~$sites.csv",
        ".~lock.sites.csv#",
    ):
        (folder / name).write_text("[[[")
    assert len(load(folder).sites) == 3


def test_a_byte_order_mark_in_toml_is_no_fault_and_utf_16_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, "\ufeff" + MINIMAL)
    assert len(load(folder).sites) == 3
    (folder / "CITY.TOML").write_bytes("a".encode("utf-16"))
    assert told(folder) == ["CITY.TOML: is UTF-16; save it as UTF-8"]


@pytest.mark.parametrize("name", ["site.csv", "Sheet1.csv", "sites.xlsx", "links.ods"])
def test_check_names_a_sheet_that_it_does_not_read(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path, MINIMAL)
    (folder / name).write_text("id\n")
    warning = f"warning: {name}: is not read; spreadsheets are saved as sites.csv, links.csv and devices.csv"
    assert warning in check(folder)
