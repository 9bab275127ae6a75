"""No profile reads who a person is: neither a modem's numbers nor the users of a hotspot."""

from collections.abc import Iterator

import msgspec
import pytest

from wire.profile import TOKEN
from wire.profiles import builtin, known

ROUTEROS, TELTONIKA = "1.3.6.1.4.1.14988.1.1", "1.3.6.1.4.1.48690"
PRIVATE = (
    *(
        f"{ROUTEROS}.5.1.1.{column}" for column in range(2, 16)
    ),  # all of a hotspot's user but the number of the row
    *(f"{ROUTEROS}.16.1.1.{column}" for column in (11, 12, 13)),  # IMEI, IMSI, ICCID
    *(f"{ROUTEROS}.13.{number}" for number in (6, 7)),
    *(f"{ROUTEROS}.1.2.1.{column}" for column in (1, 10, 20)),  # a client's address, version, name
    *(f"{ROUTEROS}.1.5.1.{column}" for column in (1, 13)),
    f"{ROUTEROS}.21.4.1.1",
    *(f"{TELTONIKA}.2.2.1.{column}" for column in (3, 7, 8, 24)),
    *(f"1.3.6.1.4.1.41112.1.4.7.1.{column}" for column in (1, 2, 10)),  # a station's address, name, IP
    "1.3.6.1.2.1.17.4.3",  # which address is behind which port
    "1.3.6.1.2.1.4.22",  # ARP
)


def objects(of: object) -> Iterator[str]:
    """Every object that a profile names, also within templates."""
    match of:
        case dict():
            for one in of.values():
                yield from objects(one)
        case list():
            for one in of:
                yield from objects(one)
        case str():
            yield of
            for token in TOKEN.finditer(of):
                yield from filter(None, (token["oid"], token["at"]))


@pytest.mark.parametrize("name", known())
def test_a_profile_reads_nothing_of_a_person(name: str) -> None:
    named = [f"{oid}." for oid in objects(msgspec.to_builtins(builtin(name)))]
    assert [oid for oid in named if oid.startswith(tuple(f"{private}." for private in PRIVATE))] == []
