"""`pantau-collector import netbox`: an inventory from NetBox' exports."""

import json
from pathlib import Path

import pytest

from collector.__main__ import main
from collector.inventory import City, load
from tests.collector.inventory.cities import write
from tests.collector.netbox.exports import ALL, CABLES, DEVICES, SITES, save

CITY = '[city]\nname = "Pontianak"\ninternet = ["1.1.1.1"]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "inventory", CITY)


@pytest.fixture
def exports(tmp_path: Path) -> list[Path]:
    return save(tmp_path / "exports", **ALL)


def run(folder: Path, files: list[Path], *more: str) -> int:
    return main(["import", "netbox", str(folder), *map(str, files), *more])


def refused(capsys: pytest.CaptureFixture[str]) -> list[str]:
    lines = capsys.readouterr().out.splitlines()
    return [line.removeprefix("not taken: ") for line in lines if line.startswith("not taken: ")]


def links(city: City) -> dict[str, tuple[str, str, str]]:
    return {id: (link.from_, link.to, link.medium) for id, link in city.links.items()}


def test_sites_devices_and_links_become_a_city_without_faults(folder: Path, exports: list[Path]) -> None:
    assert run(folder, exports) == 0
    city = load(folder)
    assert {id: site.role for id, site in city.sites.items()} == {
        "noc": "noc",
        "pop-selatan": "pop",
        "gradasi": "hotspot",
        "dinkes": "office",
    }
    noc, gradasi, pop = city.sites["noc"], city.sites["gradasi"], city.sites["pop-selatan"]
    assert (noc.name, noc.district, noc.latitude, noc.longitude) == (
        "Pontive Center",
        "Pontianak Kota",
        -0.02244,
        109.3378,
    )
    assert (gradasi.users, gradasi.contact, pop.note) == (180, "Pak Budi", "Rak di lantai 2")
    assert (pop.router, pop.ups) == ("10.61.2.1", "10.61.2.9")
    assert {name: (one.address, one.snmp) for name, one in pop.devices.items()} == {
        "router": ("10.61.2.1", "auto"),
        "ups": ("10.61.2.9", "ups"),
        "radio-utara-1": ("10.61.2.7", "auto"),
    }
    assert links(city) == {
        "pop-selatan-noc": ("pop-selatan", "noc", "fiber"),
        "dinkes-noc": ("dinkes", "noc", "fiber"),
        "gradasi-pop-selatan": ("gradasi", "pop-selatan", "radio"),
        "noc-internet": ("noc", "internet", "fiber"),
    }
    assert city.links["noc-internet"].provider == "isp-borneo"
    assert city.links["noc-internet"].contract == "K-017/2026"


def test_each_line_that_makes_no_row_is_named_with_its_reason(
    folder: Path, exports: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder, exports)
    role = "give it a group or tag hotspot, office, pop or noc in NetBox, or add --role WORD=ROLE"
    site = "is not taken; see the line of the site, or export the sites too"
    assert refused(capsys) == [
        "netbox_cables.csv:5: BB-02: runs beside netbox_cables.csv:2; if it is a way of its own, "
        "write it into links.csv as a backup",
        "netbox_cables.csv:6: RING: its status is 'Planned'; only active ones are watched",
        "netbox_cables.csv:7: GUDANG: 'Gudang' is not taken as a site; see its line, or export the sites too",
        "netbox_circuits.csv:3: K-018/2026: neither of its sides is a site that is taken; "
        "set its terminations",
        "netbox_devices.csv:6: patch-1: has no primary IP address, so no agent can poll it; set it in NetBox",
        "netbox_devices.csv:7: devices.gradasi/router.address: '10.61.2.1' is the router of pop-selatan too; "
        "give each site its own",
        "netbox_devices.csv:8: dinkes-rtr: its status is 'Planned'; only active ones are watched",
        f"netbox_devices.csv:9: gudang-rtr: its site 'Gudang' {site}",
        "netbox_devices.csv:10: a device: has no name; give it one in NetBox",
        f"netbox_sites.csv:6: Gudang: nothing names its role; {role}",
        "netbox_sites.csv:7: Pasar Lama: its status is 'Retired'; only active ones are watched",
        "netbox_sites.csv:8: sites.a: a site's id is 3 to 32 of a-z, 0-9 and -, as its agent's; rename it",
        "netbox_wireless.csv:3: ptp-x: one of its ends is at no site; set Site A and Site B, "
        "or export the devices too",
    ]


def test_a_second_import_changes_nothing(
    folder: Path, exports: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder, exports)
    file = folder / "netbox.toml"
    before = file.read_bytes(), file.stat().st_mtime_ns
    capsys.readouterr()
    assert run(folder, exports[::-1]) == 0
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert f"{file}: is as it should be" in capsys.readouterr().out


def test_a_change_in_netbox_is_taken_over(folder: Path, tmp_path: Path) -> None:
    run(folder, save(tmp_path, sites=SITES))
    run(folder, save(tmp_path, sites=SITES.replace("Dinas Kesehatan", "Dinkes Kota")))
    assert load(folder).sites["dinkes"].name == "Dinkes Kota"


def test_a_file_that_a_person_changed_is_left(
    folder: Path, exports: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder, exports)
    file = folder / "netbox.toml"
    changed = file.read_text().replace("Dinas Kesehatan", "Dinkes")
    file.write_text(changed)
    capsys.readouterr()
    assert run(folder, exports) == 0
    assert file.read_text() == changed
    assert (folder / "netbox.toml.new").read_text().count("Dinas Kesehatan") == 1
    assert "left as you changed it" in capsys.readouterr().out
    assert load(folder).sites["dinkes"].name == "Dinkes"


def test_a_row_that_a_person_takes_over_goes_from_the_file(folder: Path, exports: list[Path]) -> None:
    run(folder, exports)
    (folder / "mine.toml").write_text('[sites]\ndinkes = { role = "office", name = "Dinkes", users = 7 }')
    assert run(folder, exports) == 0
    city = load(folder)
    assert (city.sites["dinkes"].name, city.sites["dinkes"].users) == ("Dinkes", 7)
    assert "dinkes-noc" in city.links


def test_a_custom_field_names_the_role_in_any_case(folder: Path, tmp_path: Path) -> None:
    sites = "Name,Slug,Group,Pantau role\nA,pop-a,Aset,POP\nB,kota-b,Aset,Kantor\n"
    assert run(folder, save(tmp_path, sites=sites)) == 0
    assert {id: site.role for id, site in load(folder).sites.items()} == {"pop-a": "pop", "kota-b": "office"}


def test_the_rows_of_a_person_stay_and_get_what_is_missing(
    folder: Path, exports: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    mine = (
        '[sites]\nselatan = { role = "pop", name = "POP Pontianak Selatan", district = "PONTIANAK SELATAN", '
        'router = "10.61.2.1" }\nnoc = { role = "noc", name = "NOC" }\n'
        '[links]\nmetro = { from = "selatan", to = "noc", medium = "fiber" }\n'
    )
    (folder / "mine.toml").write_text(mine)
    assert run(folder, exports) == 0
    assert (folder / "mine.toml").read_text() == mine
    city = load(folder)
    assert city.sites["selatan"].district == city.sites["gradasi"].district == "PONTIANAK SELATAN"
    assert {*city.sites["selatan"].devices} == {"ups", "radio-utara-1"}
    assert city.sites["noc"].router == "10.61.0.1"
    assert links(city) == {
        "metro": ("selatan", "noc", "fiber"),
        "dinkes-noc": ("dinkes", "noc", "fiber"),
        "gradasi-selatan": ("gradasi", "selatan", "radio"),
        "noc-internet": ("noc", "internet", "fiber"),
    }
    assert not any("BB-0" in line for line in refused(capsys))


def test_words_of_the_city_name_roles_if_an_option_explains_them(folder: Path, tmp_path: Path) -> None:
    sites = "Name,Slug,Group,Tags\nGudang,gudang,Aset Kota,\nPasar,pasar,,Wifi Publik\n"
    files = save(tmp_path, sites=sites)
    assert run(folder, files, "--role", "aset kota=office", "--role", "Wifi Publik=hotspot") == 0
    assert {id: site.role for id, site in load(folder).sites.items()} == {
        "gudang": "office",
        "pasar": "hotspot",
    }


def test_a_ring_is_not_guessed(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sites = "Name,Slug,Group\nN,noc,NOC\nA,pop-a,POP\nB,pop-b,POP\n"
    cables = "Label,Site A,Site B\n1,N,A\n2,N,B\n3,A,B\n"
    run(folder, save(tmp_path, sites=sites, cables=cables))
    assert refused(capsys) == [
        "netbox_cables.csv:4: 3: pop-a and pop-b are as far from a NOC; write into links.csv which is below"
    ]
    assert sorted(load(folder).links) == ["pop-a-noc", "pop-b-noc"]


def test_the_exports_may_be_of_any_dialect(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_bytes(SITES.replace(",", ";").encode("utf-16"))
    (tmp_path / "d.csv").write_text(DEVICES.replace(",", "|"))
    assert run(folder, [tmp_path / "s.csv", tmp_path / "d.csv"]) == 0
    assert load(folder).sites["noc"].router == "10.61.0.1"


def test_columns_of_older_releases_and_of_the_bulk_import_are_known(folder: Path, tmp_path: Path) -> None:
    sites = "name,slug,status,group\nN,noc,active,NOC\nA,pop-a,active,pop\n"
    devices = "name,site,device_role,device_type,primary_ip4\nrtr,A,Router,RB,10.61.1.1/24\nc,N,Router,RB,\n"
    cables = "side_a_device,side_a_name,side_b_device,side_b_name,type\nrtr,e1,c,e1,cat6\n"
    assert run(folder, save(tmp_path, sites=sites, devices=devices, cables=cables)) == 0
    city = load(folder)
    assert city.sites["pop-a"].router == "10.61.1.1"
    assert links(city) == {"pop-a-noc": ("pop-a", "noc", "copper")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "ID,Label,Termination A,Termination B,Status,Type\n1,,ether1,ether2,Connected,\n",
            'says of cables only their ports; export "All Data" from NetBox in English, which has Site A',
        ),
        ("Nom,Statut,Site\nx,Actif,y\n", "has the columns nom, statut, site: no export of sites, devices"),
        ("", "has the columns nothing: no export of sites"),
        ('Name,"Slug\n', 'line 1: the quotes " of a cell that begins there are never closed'),
    ],
)
def test_a_file_that_is_no_export_is_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    assert run(folder, save(tmp_path, x=text)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"pantau-collector: netbox_x.csv: {said}")
    assert not (folder / "netbox.toml").exists()


@pytest.mark.parametrize("given", ["Kantor", "Kantor=kantor", "=pop"])
def test_a_role_that_is_none_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    assert run(folder, save(tmp_path, sites=SITES), "--role", given) == 2
    assert f"--role {given}: write WORD=ROLE" in capsys.readouterr().err


def test_a_file_or_folder_that_is_not_there_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, [tmp_path / "none.csv"]) == 2
    assert run(tmp_path / "nowhere", save(tmp_path, sites=SITES)) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("none.csv: No such file or directory; name a file that NetBox exported")
    assert "nowhere" in second


def test_programs_get_the_same_as_json(
    folder: Path, exports: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder, exports, "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["sites"], answer["links"], answer["known"], len(answer["refused"])) == (4, 4, 1, 13)


def test_a_name_with_any_letters_is_read_back(folder: Path, tmp_path: Path) -> None:
    name = 'Café "Kota" \\ \x7f – ☕'
    sites = f'Name,Slug,Group\n"{name.replace(chr(34), chr(34) * 2)}",kafe,hotspot\n'
    assert run(folder, save(tmp_path, sites=sites)) == 0
    assert load(folder).sites["kafe"].name == name


def test_a_row_that_would_make_a_row_of_a_person_faulty_is_not_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = '[links]\na = { from = "gradasi", to = "noc" }\nb = { from = "noc", to = "gradasi" }'
    (folder / "mine.toml").write_text(mine)
    assert run(folder, save(tmp_path, sites=SITES, cables=CABLES)) == 2
    assert "is a loop" in capsys.readouterr().err
    assert not (folder / "netbox.toml").exists()
