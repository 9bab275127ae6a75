"""The words that a person reads when something is wrong: file, table and key, value, remedy."""

import sys
import zoneinfo
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collector.inventory import BadInventory, check, load, window_faults
from collector.planned import MaintenanceWindow
from tests.collector.inventory.cities import MINIMAL, write, write_sheet


def told(path: Path) -> list[str]:
    with pytest.raises(BadInventory) as caught:
        load(path)
    return str(caught.value).splitlines()


def row(table: str, key: str, values: str) -> str:
    return f"[{table}.{key}]\n" + values.replace("; ", "\n")


SITE = 'role = "office"; name = "A"'
LINK = 'from = "gradasi"; to = "pop"'
APPLICATION = 'name = "A"; url = "https://a.example/"; probed_from = ["noc"]'
WEEKLY = 'starts = 2026-11-02T01:00:00\nends = 2026-11-02T04:00:00\nrepeat = "weekly"\nsites = ["pop"]\n'
WINDOW = '[[maintenance]]\ntitle = "W"\n'

COMMON = {
    "a role that is misspelt": (
        row("sites", "dinkes", 'role = "ofice"; name = "A"'),
        "city.toml: sites.dinkes.role: 'ofice': write hotspot, office, pop or noc",
    ),
    "a site without a name": (
        row("sites", "dinkes", 'role = "office"'),
        "city.toml: sites.dinkes.name: is missing; write it",
    ),
    "an id that can't be an agent's": (
        row("sites", "Dinkes", SITE),
        "city.toml: sites.Dinkes: a site's id is 3 to 32 of a-z, 0-9 and -, as its agent's; rename it",
    ),
    "a site named as a target": (
        row("sites", "gateway", SITE),
        "city.toml: sites.gateway: 'gateway' is a target of every agent; rename the site",
    ),
    "a key that is misspelt": (
        row("sites", "dinkes", f'{SITE}; distric = "Kota"'),
        "city.toml: sites.dinkes.distric: no such key; did you mean 'district'?",
    ),
    "a number in quotes": (
        row("sites", "dinkes", f'{SITE}; users = "80"'),
        "city.toml: sites.dinkes.users: '80': write a whole number",
    ),
    "a priority out of range": (
        row("sites", "dinkes", f"{SITE}; priority = 9"),
        "city.toml: sites.dinkes.priority: 9: write a whole number <= 5",
    ),
    "an address with a prefix length": (
        row("sites", "dinkes", f'{SITE}; router = "10.61.7.1/24"'),
        "city.toml: sites.dinkes.router: '10.61.7.1/24' is no IP address; "
        "write it like '10.61.4.1', without a prefix length",
    ),
    "a metadata address": (
        row("sites", "dinkes", f'{SITE}; ups = "169.254.169.254"'),
        "city.toml: sites.dinkes.ups: '169.254.169.254' is loopback, link-local, multicast or unspecified, "
        "which agents refuse; write the device's own",
    ),
    "an IPv4 address in the form of IPv6": (
        row("sites", "dinkes", f'{SITE}; router = "::ffff:10.61.7.1"'),
        "city.toml: sites.dinkes.router: '::ffff:10.61.7.1' is an IPv4 address in the form of IPv6, "
        "which agents refuse; write the device's own",
    ),
    "a router that another site has": (
        row("sites", "dinkes", f'{SITE}; router = "10.61.4.1"'),
        "city.toml: sites.dinkes.router: '10.61.4.1' is the router of gradasi too; give each site its own",
    ),
    "a router without an address": (
        row("sites", "dinkes", f'{SITE}; router = {{ snmp = "mikrotik" }}'),
        "city.toml: sites.dinkes.router.address: is missing; write it",
    ),
    "a device of an unknown sort": (
        row("sites", "dinkes", f'{SITE}; router = {{ address = "10.61.7.1", snmp = "mikrotic" }}'),
        "city.toml: sites.dinkes.router.snmp: 'mikrotic' is neither in [snmp] nor auto, auto-ups,"
        " mikrotik, ups or apc; did you mean 'mikrotik'?",
    ),
    "a limit on no metric": (
        row("sites", "dinkes", f"{SITE}; limits = {{ icmp_los_ratio = 0.1 }}"),
        "city.toml: sites.dinkes.limits.icmp_los_ratio: 'icmp_los_ratio' can have no limit; "
        "did you mean 'icmp_loss_ratio'?",
    ),
    "a probe of an unknown kind": (
        row("roles", "hotspot", 'probes = [{ kind = "icpm", target = "web", address = "10.61.0.8" }]'),
        "city.toml: roles.hotspot.probes[0].kind: 'icpm': write icmp, tcp, dns, http or snmp",
    ),
    "a probe on a target that is taken": (
        row("roles", "hotspot", 'probes = [{ kind = "icmp", target = "uplink", address = "10.61.0.8" }]'),
        "city.toml: roles.hotspot.probes[0].target: 'uplink' is a target already; choose another name",
    ),
    "latitude alone": (
        row("sites", "dinkes", f"{SITE}; latitude = -0.02"),
        "city.toml: sites.dinkes.latitude: stands alone; add longitude, or leave both out",
    ),
    "a link to an unknown site": (
        row("links", "spare", 'from = "gradasi"; to = "popp"'),
        "city.toml: links.spare.to: 'popp' is neither in [sites] nor internet; did you mean 'pop'?",
    ),
    "a link from an unknown site": (
        row("links", "spare", 'from = "dinkes"; to = "internet"'),
        "city.toml: links.spare.from: 'dinkes' is not in [sites]; add it to [sites], or correct it",
    ),
    "a link out of the internet": (
        row("links", "spare", 'from = "internet"; to = "pop"'),
        "city.toml: links.spare.from: 'internet' hangs below nothing; "
        "a link runs from a site up to a site or to 'internet'",
    ),
    "a loop": (
        row("links", "back", 'from = "noc"; to = "gradasi"'),
        "city.toml: links.back: noc -> gradasi -> pop -> noc is a loop; "
        "a link runs from a site up: of a ring, leave one link out",
    ),
    "an unknown provider": (
        row("links", "spare", f'{LINK}; provider = "isp-x"'),
        "city.toml: links.spare.provider: 'isp-x' is not in [providers]; "
        "add it to [providers], or correct it",
    ),
    "a medium that is misspelt": (
        row("links", "spare", f'{LINK}; medium = "fibre"'),
        "city.toml: links.spare.medium: 'fibre': write fiber, copper, radio, lte or vsat",
    ),
    "an application without http": (
        row("applications", "antrean", 'name = "A"; url = "antrean.example"; probed_from = []'),
        "city.toml: applications.antrean.url: 'antrean.example': "
        "write an absolute URL such as https://antrean.example/, without a user name or password",
    ),
    "an application on an impossible port": (
        row("applications", "antrean", 'name = "A"; url = "https://a.example:84430/"; probed_from = []'),
        "city.toml: applications.antrean.url: 'https://a.example:84430/': Port out of range 0-65535; "
        "correct it",
    ),
    "an application with letters beyond ASCII in its URL": (
        row("applications", "antrean", 'name = "A"; url = "https://münchen.example/é"; probed_from = []'),
        "city.toml: applications.antrean.url: 'https://münchen.example/é': "
        "write https://xn--mnchen-3ya.example/%C3%A9: the host in punycode, the rest percent-encoded",
    ),
    "a probe of a URL with a blank": (
        row("roles", "hotspot", 'probes = [{ kind = "http", target = "web", url = "http://a/b c" }]'),
        "city.toml: roles.hotspot.probes[0].url: 'http://a/b c': "
        "write http://a/b%20c: the host in punycode, the rest percent-encoded",
    ),
    "an application of which the head is asked and text is expected": (
        row("applications", "antrean", f'{APPLICATION}; method = "HEAD"; expect = {{ text = "Ambil" }}'),
        "city.toml: applications.antrean.method: 'HEAD': its answer has no body for expect.text; "
        "write GET, or leave expect.text out",
    ),
    "an application with a CA that nobody asks": (
        row("applications", "antrean", f'{APPLICATION}; verify_certificate = false; ca_file = "/ca.pem"'),
        "city.toml: applications.antrean.ca_file: '/ca.pem': of no use while verify_certificate is false; "
        "remove one of them",
    ),
    "an application that takes longer than its period": (
        row("applications", "antrean", f"{APPLICATION}; period_seconds = 20; timeout_seconds = 30"),
        "city.toml: applications.antrean.timeout_seconds: 30: longer than period_seconds; write at most 20",
    ),
    "an application with room for a hundred bytes": (
        row("applications", "antrean", f"{APPLICATION}; max_bytes = 100"),
        "city.toml: applications.antrean.max_bytes: 100: write a whole number >= 1024",
    ),
    "a probe of a URL without a host": (
        row("roles", "hotspot", 'probes = [{ kind = "http", target = "web", url = "http://:80/" }]'),
        "city.toml: roles.hotspot.probes[0]: {'kind': 'http', 'target': 'web', 'url': 'http://:80/'}: "
        "url: it has no host, or port 0",
    ),
    "an application probed from nowhere": (
        row("applications", "antrean", 'name = "A"; url = "https://a.example/"; probed_from = ["ofice"]'),
        "city.toml: applications.antrean.probed_from: 'ofice' is neither in [sites] "
        "nor hotspot, office, pop or noc; did you mean 'office'?",
    ),
    "an application named as a site": (
        row("applications", "gradasi", APPLICATION),
        "city.toml: applications.gradasi: 'gradasi' is a site; rename the application",
    ),
    "an application of an unknown owner": (
        row("applications", "antrean", f'{APPLICATION}; owner = "dinkes"'),
        "city.toml: applications.antrean.owner: 'dinkes' is not in [sites]; add it to [sites], or correct it",
    ),
    "an unknown role": (
        row("roles", "kampung", "notify_after_seconds = 5"),
        "city.toml: roles.kampung: 'kampung' is no role; the roles are hotspot, office, pop or noc",
    ),
    "a secret in clear": (
        row("receivers", "shift", 'telegram = { chat = 1, token = "123:abc", token_file = "t" }'),
        "city.toml: receivers.shift.telegram.token: a secret never stands in the inventory; "
        "put it in a file and write its path as token_file",
    ),
    "a receiver without a channel": (
        row("receivers", "shift", 'language = "id"'),
        "city.toml: receivers.shift: has no channel; write one of telegram, alertmanager, webhook or apprise",
    ),
    "a receiver whose office closes before it opens": (
        row(
            "receivers",
            "shift",
            'webhook = { url = "http://a.example" }; '
            'hours = { severity = ["info"], from = "16:00", to = "07:30" }',
        ),
        "city.toml: receivers.shift.hours.to: 07:30 is not after from, 16:00; correct one of them",
    ),
    "a receiver whose office has no day": (
        row(
            "receivers",
            "shift",
            'webhook = { url = "http://a.example" }; hours = { severity = ["info"], days = [] }',
        ),
        "city.toml: receivers.shift.hours.days: is empty, so these notices wait for ever; name days",
    ),
    "a limit of messages for an Alertmanager": (
        row("receivers", "shift", 'alertmanager = { url = "http://a.example" }; limit = { messages = 3 }'),
        "city.toml: receivers.shift.limit: has no effect on an Alertmanager, which has its own; leave it out",
    ),
    "a receiver for no district": (
        row("receivers", "shift", 'webhook = { url = "http://a.example" }; match = { district = ["Kota"] }'),
        "city.toml: receivers.shift.match.district: 'Kota' is the district of no site; "
        "write it as the sites do",
    ),
    "an unknown receiver": (
        row("duty", "desk", 'name = "Desk"; receiver = "shift"'),
        "city.toml: duty.desk.receiver: 'shift' is not in [receivers]; add it to [receivers], or correct it",
    ),
    "credentials that don't fit": (
        row("snmp", "switch", 'profiles = ["interfaces"]'),
        "city.toml: snmp.switch: give community_file for SNMPv2c, or user and auth_file for SNMPv3",
    ),
    "a window that ends first": (
        WINDOW + 'starts = 2026-11-02T04:00:00\nends = 2026-11-02T01:00:00\nsites = ["pop"]',
        "city.toml: maintenance[0].ends: 2026-11-02T01:00:00 is not after starts; correct one of them",
    ),
    "a window with an offset": (
        WINDOW + 'starts = 2026-11-02T01:00:00Z\nends = 2026-11-02T04:00:00Z\nsites = ["pop"]',
        "city.toml: maintenance[0].starts: 2026-11-02T01:00:00+00:00 has an offset; "
        "write the city's local time, without one",
    ),
    "a window longer than its repeat": (
        WINDOW
        + 'starts = 2026-11-02T01:00:00\nends = 2026-11-04T01:00:00\nrepeat = "daily"\nsites = ["pop"]',
        "city.toml: maintenance[0].ends: 2026-11-04T01:00:00 makes it longer than a day, "
        "when it occurs again; correct one of them",
    ),
    "a window of no length": (
        WINDOW + 'starts = 2026-11-02T01:00:00\nends = 2026-11-02T01:00:00\nsites = ["pop"]',
        "city.toml: maintenance[0].ends: 2026-11-02T01:00:00 is not after starts; correct one of them",
    ),
    "a window of a year that nobody means": (
        WINDOW + 'starts = 1926-11-02T01:00:00\nends = 1926-11-02T04:00:00\nsites = ["pop"]',
        "city.toml: maintenance[0].starts: 1926-11-02T01:00:00: write a year from 2000 to 2099",
    ),
    "a window without a title": (
        WINDOW.replace("W", " ") + WEEKLY,
        "city.toml: maintenance[0].title: is empty; write in a few words which work it is",
    ),
    "a title of two lines": (
        WINDOW.replace('"W"', '"W\\nX"') + WEEKLY,
        "city.toml: maintenance[0].title: 'W\\nX'…: write one line of at most 100 characters",
    ),
    "a weekly window on a day that is misspelt": (
        WINDOW + WEEKLY + 'on = ["monday", "thrusday"]',
        "city.toml: maintenance[0].on: 'thrusday' is no day of a weekly window; did you mean 'thursday'?",
    ),
    "a weekly window on a day of the month": (
        WINDOW + WEEKLY + 'on = ["15"]',
        "city.toml: maintenance[0].on: '15' is no day of a weekly window; write days like 'monday'",
    ),
    "a window that begins on another day than its own": (
        WINDOW + WEEKLY + 'on = ["tuesday", "friday"]',
        "city.toml: maintenance[0].starts: 2026-11-02T01:00:00 is no tuesday or friday; "
        "the first such day is 2026-11-03",
    ),
    "days of a window that does not repeat": (
        WINDOW + WEEKLY.replace("weekly", "never") + 'on = ["monday"]',
        "city.toml: maintenance[0].on: has no effect with repeat = 'never'; leave it out",
    ),
    "a last day of a window that does not repeat": (
        WINDOW + WEEKLY.replace("weekly", "never") + "until = 2026-12-01",
        "city.toml: maintenance[0].until: has no effect without repeat; write repeat, or leave until out",
    ),
    "a window that is over before it begins": (
        WINDOW + WEEKLY + "until = 2026-11-01",
        "city.toml: maintenance[0].until: 2026-11-01 is before starts; correct one of them",
    ),
    "a last day that is no date": (
        WINDOW + WEEKLY + "until = 7",
        "city.toml: maintenance[0].until: 7: write a date such as 2026-11-02",
    ),
    "a monthly window on a day that some months lack": (
        WINDOW
        + 'starts = 2026-12-31T01:00:00\nends = 2026-12-31T04:00:00\nrepeat = "monthly"\nsites = ["pop"]',
        "city.toml: maintenance[0].repeat: some months have no day 31; "
        "write on = ['last day'] or ['last sunday']",
    ),
    "a window that is on again before it is over": (
        WINDOW + WEEKLY.replace("2T04", "3T04") + 'on = ["monday", "tuesday"]',
        "city.toml: maintenance[0].ends: 2026-11-03T04:00:00 makes it longer than a day, "
        "when it occurs again; correct one of them",
    ),
    "a shift of a person who is nowhere": (
        '[duty.sari]\nname = "Sari"\n[[rota]]\npeople = ["sary"]\n',
        "city.toml: rota[0].people: 'sary' is not in [duty]; did you mean 'sari'?",
    ),
    "a shift of nobody": (
        "[[rota]]\npeople = []\n",
        "city.toml: rota[0].people: names nobody; name one or more of [duty]",
    ),
    "an hour without its zero": (
        '[duty.sari]\nname = "Sari"\n[[rota]]\npeople = ["sari"]\nfrom = "7:00"\n',
        "city.toml: rota[0].from: '7:00': write a time of day in quotes, such as \"07:00\"",
    ),
    "an hour without quotes": (
        '[duty.sari]\nname = "Sari"\n[[rota]]\npeople = ["sari"]\nto = 07:00:00\n',
        'city.toml: rota[0].to: 07:00:00: write a time of day in quotes, such as "07:00"',
    ),
    "a shift until a day without a first one": (
        '[duty.sari]\nname = "Sari"\n[[rota]]\npeople = ["sari"]\nuntil = 2026-12-31\n',
        "city.toml: rota[0].until: 2026-12-31 has no effect without date; write date, the first day",
    ),
    "an exception that ends before it begins": (
        '[duty.sari]\nname = "Sari"\n[[rota]]\npeople = ["sari"]\ndate = 2026-12-31\nuntil = 2026-12-30\n',
        "city.toml: rota[0].until: 2026-12-30 is before date; correct one of them",
    ),
    "an exception on a day that does not come": (
        '[duty.sari]\nname = "Sari"\n[[rota]]\npeople = ["sari"]\ndate = 2026-12-25\ndays = ["monday"]\n',
        "city.toml: rota[0].days: no such day comes from 2026-12-25 to 2026-12-25; correct one of them",
    ),
    "a date that is none": (
        '[duty.sari]\nname = "Sari"\n[[rota]]\npeople = ["sari"]\ndate = "christmas"\n',
        "city.toml: rota[0].date: 'christmas': write a date such as 2026-11-02",
    ),
    "one shift in place of a list": (
        "[rota]\npeople = []\n",
        "city.toml: rota: is a list; write [[rota]] above each shift",
    ),
    "an escalation to a receiver that is nowhere": (
        '[[escalation]]\nafter_minutes = 5\nreceivers = ["head"]\n',
        "city.toml: escalation[0].receivers: 'head' is not in [receivers];"
        " add it to [receivers], or correct it",
    ),
    "an escalation to an Alertmanager": (
        '[receivers.am]\nalertmanager = { url = "http://a.example" }\n'
        '[[escalation]]\nafter_minutes = 5\nreceivers = ["am"]\n',
        "city.toml: escalation[0].receivers: 'am' is an Alertmanager, which gets the state of all incidents"
        " and no notice; name another receiver",
    ),
    "an escalation at once": (
        '[receivers.w]\nwebhook = { url = "http://a.example" }\n'
        '[[escalation]]\nafter_minutes = 0\nreceivers = ["w"]\n',
        "city.toml: escalation[0].after_minutes: 0: write a number >= 1",
    ),
    "a window of a provider that does not exist": (
        WINDOW + WEEKLY.replace('sites = ["pop"]', 'providers = ["isp"]'),
        "city.toml: maintenance[0].providers: 'isp' is not among the city's providers; "
        "write it as it stands there",
    ),
    "a window of nothing": (
        WINDOW + "starts = 2026-11-02T01:00:00\nends = 2026-11-02T04:00:00",
        "city.toml: maintenance[0]: 'W' covers nothing; name sites, links, applications, districts or "
        "providers",
    ),
    "a date without a time": (
        WINDOW + 'starts = 2026-11-02\nends = 2026-11-02T04:00:00\nsites = ["pop"]',
        "city.toml: maintenance[0].starts: 2026-11-02: write a date and time such as 2026-11-02T01:00:00",
    ),
    "a table that is misspelt": (
        '[site]\ndinkes = { role = "office", name = "A" }',
        "city.toml: site: no such table; did you mean 'sites'?",
    ),
}


@pytest.mark.parametrize(("added", "line"), COMMON.values(), ids=COMMON)
def test_one_fault_is_one_line(tmp_path: Path, added: str, line: str) -> None:
    assert told(write(tmp_path, MINIMAL, added)) == [line]


FIVE = [f"192.0.2.{number}" for number in range(5)]
FIVE_MORE = [f"198.51.100.{number}" for number in range(5)]
CITY = {
    'timezone = "Asia/Pontianac"': "city.timezone: 'Asia/Pontianac' is no time zone; "
    "did you mean 'Asia/Pontianak'?",
    'timezone = "../etc/passwd"': "city.timezone: '../etc/passwd' is no time zone; "
    "write one such as 'Asia/Pontianak'",
    'internet = ["1.1.1"]': "city.internet: '1.1.1' is neither an IP address nor a host name; "
    "write it like '1.1.1.1'",
    'internet = "1.1.1.1"': "city.internet: '1.1.1.1': write a list",
    'internet = ["1.1.1.1", 8]': "city.internet[1]: 8: write text",
    'internet = { national = ["1.1.1"] }': "city.internet.national: '1.1.1' is neither an IP address "
    "nor a host name; write it like '1.1.1.1'",
    'internet = { abroad = ["1.1.1.1"] }': "city.internet.abroad: no such key; "
    "the keys are national, international or city",
    'internet = { internatinal = ["1.1.1.1"] }': "city.internet.internatinal: no such key; "
    "did you mean 'international'?",
    'internet = { national = "1.1.1.1" }': "city.internet.national: '1.1.1.1': write a list",
    'internet = { national = ["1.1.1.1"], city = ["1.1.1.1"] }': "city.internet.city: '1.1.1.1' stands in "
    "national too; keep it in one ring",
    f"internet = {{ national = {FIVE}, international = {FIVE_MORE} }}": "city.internet: has 10 addresses; "
    "keep at most 9 in all rings together",
    'networks = ["10.61.0.1/16"]': "city.networks: '10.61.0.1/16' is no network; "
    "write it like '10.61.0.0/16', with no bits after the prefix",
    'page_url = "pantau"': "city.page_url: 'pantau': write an absolute URL such as https://antrean.example/, "
    "without a user name or password",
    'dns = "1.1.1.1"': "city.dns: no such key; "
    "the keys are name, timezone, internet, resolvers, lookup_name, networks, page_url or ticket_url_file",
}


@pytest.mark.parametrize(("added", "line"), CITY.items())
def test_the_city_itself_is_checked(tmp_path: Path, added: str, line: str) -> None:
    city = MINIMAL.replace("[city]", f"[city]\n{added}")
    assert told(write(tmp_path, city)) == [f"city.toml: {line}"]


def test_a_router_outside_of_the_networks_is_a_typing_error(tmp_path: Path) -> None:
    city = MINIMAL.replace("[city]", '[city]\nnetworks = ["10.61.0.0/16"]').replace("10.61.4.1", "10.16.4.1")
    what = "'10.16.4.1' is in none of city.networks; correct it, or add its network there"
    assert told(write(tmp_path, city)) == [f"city.toml: sites.gradasi.router: {what}"]


def test_routers_behind_address_translation_may_share_one(tmp_path: Path) -> None:
    for_each = 'role = "hotspot"; name = "A"; router = "192.168.8.1"'
    sites = [row("sites", id, for_each) for id in ("lte-a", "lte-b")]
    links = [row("links", id, f'from = "{id}"; to = "internet"; medium = "lte"') for id in ("lte-a", "lte-b")]
    assert len(load(write(tmp_path, MINIMAL, *sites, *links)).sites) == 5


def test_two_spellings_of_a_district_are_refused(tmp_path: Path) -> None:
    district = 'role = "office"; name = "A"; district = '
    sites = [row("sites", f"site-{number}", f'{district} "Pontianak Kota"') for number in (1, 2)]
    sites.append(row("sites", "site-3", f'{district} "Pontianak kota"'))
    what = "'Pontianak kota' is written 'Pontianak Kota' elsewhere; write it one way"
    assert told(write(tmp_path, MINIMAL, *sites)) == [f"city.toml: sites.site-3.district: {what}"]


def test_all_faults_are_found_at_once_also_those_of_one_row(tmp_path: Path) -> None:
    site = row("sites", "dinkes", 'role = "ofice"; router = "10.61.4.1"; users = -1; colour = "red"')
    link = row("links", "spare", 'from = "dinkes"; to = "nowhere"; medium = "string"; provider = "isp-x"')
    keys = [line.split(": ")[1] for line in told(write(tmp_path, MINIMAL, site, link))]
    assert sorted(keys) == [
        "links.spare.medium",
        "links.spare.provider",
        "links.spare.to",
        "sites.dinkes.colour",
        "sites.dinkes.name",
        "sites.dinkes.role",
        "sites.dinkes.router",
        "sites.dinkes.users",
    ]


def test_the_links_of_a_faulty_site_add_no_fault(tmp_path: Path) -> None:
    broken = MINIMAL.replace('role = "pop"', 'role = "pob"')
    assert told(write(tmp_path, broken)) == [
        "city.toml: sites.pop.role: 'pob': write hotspot, office, pop or noc"
    ]


def test_each_line_names_the_file_and_of_a_sheet_the_line(tmp_path: Path) -> None:
    write(tmp_path, MINIMAL)
    (tmp_path / "north.toml").write_text(row("sites", "gradasi", SITE))
    sites = [{"id": "dinkes", "role": "office", "name": "A", "users": "banyak"}, {"id": "pop", "role": "pop"}]
    write_sheet(tmp_path / "sites.csv", sites)
    links = [{"id": "dinkes-fiber", "from": "dinkes", "to": "pop", "down_mbps": "1,250"}]
    write_sheet(tmp_path / "links.csv", links, ";")
    assert told(tmp_path) == [
        "north.toml: sites.gradasi: stands in city.toml too; keep one of them",
        "sites.csv:3: sites.pop: stands in city.toml too; keep one of them",
        "sites.csv:2: sites.dinkes.users: 'banyak': write a whole number",
        "links.csv:2: links.dinkes-fiber.down_mbps: '1,250': write 1250 or 1.25",
    ]


def test_a_sheet_without_heads_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, MINIMAL)
    (tmp_path / "sites.csv").write_text("dinkes,office,Dinas Kesehatan\n")
    assert told(tmp_path) == ["sites.csv: no column is headed `id`; save it as CSV in UTF-8, heads first"]


def test_a_cell_too_many_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, MINIMAL)
    (tmp_path / "sites.csv").write_text("id,role,name\ndinkes,office,Dinas, Kesehatan\n")
    what = "has 4 cells under 3 heads; quote a cell that has ',' in it"
    assert told(tmp_path) == [f"sites.csv:2: sites.dinkes: {what}"]


def test_a_fault_of_toml_names_its_line(tmp_path: Path) -> None:
    assert told(write(tmp_path, "[city]\nname = Pontianak")) == [
        "city.toml: line 2: name = Pontianak: not TOML: Invalid value; "
        'write text in "double quotes", and numbers with a decimal point',
    ]


def test_an_empty_folder_says_how_to_begin(tmp_path: Path) -> None:
    what = "has no .toml file; `pantau-collector init` writes a sample to start from"
    assert told(tmp_path) == [f"{tmp_path}: {what}"]


def test_a_file_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    file = tmp_path / "none.toml"
    what = "No such file or directory; `pantau-collector init` writes a sample to start from"
    assert told(file) == [f"{file}: {what}"]


def test_a_machine_without_time_zones_gets_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tzdata", None)
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    try:
        what = "'Asia/Pontianak' is no time zone; this machine knows none: install tzdata"
        assert told(write(tmp_path)) == [f"{tmp_path}: city.timezone: {what}"]
    finally:
        zoneinfo.reset_tzpath(to=before)


@pytest.mark.parametrize(
    ("limit", "problem"),
    [
        ("radio_signal_dbm = 75", "75 dBm is more than any receiver gets; write -75"),
        ("icmp_rtt_median_seconds = -0.2", "-0.2 is below 0, which this value never is; write 0.2"),
    ],
)
def test_a_limit_with_the_wrong_sign_is_refused(tmp_path: Path, limit: str, problem: str) -> None:
    name = limit.split()[0]
    assert told(write(tmp_path, MINIMAL + f"[roles.noc]\nlimits = {{ {limit} }}\n")) == [
        f"city.toml: roles.noc.limits.{name}: {problem}"
    ]


def test_a_limit_of_a_ratio_above_1_is_refused_with_the_likely_one(tmp_path: Path) -> None:
    text = MINIMAL + "[roles.noc]\nlimits = { icmp_loss_ratio = 5, icmp_rtt_median_seconds = 5 }\n"
    assert told(write(tmp_path, text)) == [
        "city.toml: roles.noc.limits.icmp_loss_ratio: 5 is above 1, which no ratio is; write 0.05 for 5 %"
    ]


DAYTIME = 'people = ["sari"]\nfrom = "07:00"\nto = "19:00"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f'[duty.sari]\nname = "Sari"\n[[rota]]\n{DAYTIME}',
            "warning: rota: nobody is on duty from monday 00:00 to monday 07:00;"
            " add a shift, or a desk in [duty] that no shift names",
        ),
        (
            f'[duty.sari]\nname = "Sari"\n[[rota]]\n{DAYTIME}',
            "warning: rota: nobody is on duty at 3 more times of the week",
        ),
        (
            '[receivers.head]\nwebhook = { url = "http://a.example" }\non_call_only = true\n',
            "warning: receivers.head.on_call_only: neither [duty] nor [[escalation]] names it, so it gets no"
            " notice at all; name it there, or leave on_call_only out",
        ),
        (
            '[receivers.head]\nwebhook = { url = "http://a.example" }\n'
            '[[escalation]]\nafter_minutes = 5\nreceivers = ["head"]\n',
            "warning: receivers.head: it gets each notice anyway, so escalation[0] adds little;"
            " write on_call_only = true, or a match",
        ),
    ],
)
def test_a_rota_or_receiver_that_is_probably_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in check(write(tmp_path, MINIMAL + text))


def test_a_rota_with_a_desk_beside_has_no_gap(tmp_path: Path) -> None:
    text = MINIMAL + f'[duty]\nsari = {{ name = "Sari" }}\ndesk = {{ name = "D" }}\n[[rota]]\n{DAYTIME}'
    assert not any(line.startswith("warning: rota") for line in check(write(tmp_path, text)))


def test_a_window_in_an_hour_that_the_clock_leaves_out_is_refused() -> None:
    night = MaintenanceWindow(
        title="W", starts=datetime(2027, 3, 28, 2), ends=datetime(2027, 3, 28, 3), sites=["pop"]
    )
    known: dict[str, list[str]] = {
        "sites": ["pop"],
        "links": [],
        "applications": [],
        "districts": [],
        "providers": [],
    }
    assert list(window_faults(night, known, ZoneInfo("Asia/Pontianak"))) == []
    assert list(window_faults(night, known, ZoneInfo("Europe/Berlin"))) == [
        ("starts", "2027-03-28T02:00:00: the clock is put forward then, and no time is left; correct it")
    ]


def test_work_on_a_link_beside_another_main_link_is_named(tmp_path: Path) -> None:
    two = (
        row("links", "pop-two", 'from = "pop"; to = "noc"')
        + "\n"
        + WINDOW
        + WEEKLY.replace('sites = ["pop"]', 'links = ["pop-two"]')
    )
    said = "warning: maintenance[0]: 'W' covers no site: each has another main link, or these are backups; "
    assert said + "name the sites" in check(write(tmp_path, MINIMAL, two))
