"""Names and variables as messages hold them. A quick way to read them finds the same as step by step."""

import random

import pytest

from agent.probes.snmp import ber, message
from agent.probes.snmp.ber import Malformed
from agent.probes.snmp.message import Variable
from tests.servers import ber as theirs

IF_IN = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6)
NAMES = [
    (*IF_IN, 1),
    (*IF_IN, 127),
    (*IF_IN, 128),
    (*IF_IN, 16384, 2097151, 2**32 - 1),
    (*IF_IN, 2**64),
    (1, 3, 6, 1, 4, 1, 14988, 1, 1, 1, 3, 1, 4, 2),
    (2, 999, 3),
    (0, 0),
]


@pytest.mark.parametrize("numbers", NAMES)
def test_a_name_is_read_as_it_was_written(numbers: tuple[int, ...]) -> None:
    assert ber.numbers_of(ber.name_of(numbers)) == numbers


def test_a_name_with_zeros_before_a_number_is_the_name_without_them() -> None:
    plain = ber.name_of((*IF_IN, 5, 300))
    assert ber.canonical(plain[:-3] + b"\x80\x80\x05" + b"\x80" + plain[-2:]) == plain


@pytest.mark.parametrize("name", [b"", b"\x81", b"\x2b\x06\xff"])
def test_a_name_that_ends_within_a_number_is_none(name: bytes) -> None:
    with pytest.raises(Malformed):
        ber.numbers_of(name)


def step_by_step(data: bytes, start: int) -> list[Variable]:
    found: list[Variable] = []
    while start < len(data):
        try:
            start = message._variable(data, start, len(data), found)
        except Malformed:
            break
    return found


def test_variables_are_read_alike_in_place_and_step_by_step_whatever_they_hold() -> None:
    dice = random.Random(15)
    values = [theirs.number(7), theirs.text("ether1"), theirs.text("x" * 200), theirs.NO_SUCH_INSTANCE, b""]
    values += [theirs.number(2**63, theirs.COUNTER64), theirs.tlv(0x44, b"\x9f\x78\x04"), b"\x02\x05\x01"]
    names = [*map(ber.name_of, NAMES), b"", b"\x81", bytes(range(1, 126))]
    for _ in range(4000):
        pairs = [(dice.choice(names), dice.choice(values)) for _ in range(dice.randint(0, 4))]
        octets = bytearray(
            b"".join(theirs.tlv(0x30, theirs.tlv(ber.OBJECT, name) + held) for name, held in pairs)
        )
        if octets and dice.random() < 0.7:
            octets[dice.randrange(len(octets))] = dice.choice((0, 1, 2, 6, 0x30, 0x7F, 0x80, 0x81, 0xFF))
        data = bytes(octets[: dice.choice((None, None, dice.randint(0, 40)))])
        assert message._variables(data, 0, len(data)) == step_by_step(data, 0)
