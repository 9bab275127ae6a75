"""The one-time code of an invitation: a person types it, and a slip is found."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.code import BadCode, Code, read_code, write_code

CODE = Code("pantau.example", 8471, bytes(range(16)), bytes(range(100, 110)))
TEXT = write_code(CODE)

hosts = st.sampled_from(["pantau.example", "10.99.1.1", "2001:db8::1", "a", "x1-y.z"])
codes = st.builds(
    Code,
    hosts,
    st.integers(1, 65535),
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=10, max_size=10),
)


def test_a_code_is_an_address_and_nine_groups_of_five() -> None:
    assert re.fullmatch(r"PANTAU\.EXAMPLE/([0-9A-HJKMNP-TV-Z]{5}-){8}[0-9A-HJKMNP-TV-Z]{5}", TEXT)


@given(codes)
def test_each_code_is_read_as_it_was_written(code: Code) -> None:
    assert read_code(write_code(code)) == code


@given(codes)
def test_case_dashes_and_blanks_do_not_matter(code: Code) -> None:
    address, _, rest = write_code(code).lower().partition("/")
    assert read_code(f"  {address}/{rest.replace('-', ' ')}\n") == code


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert read_code(TEXT.replace("0", "o").replace("1", "l")) == CODE


@given(st.integers(0, 44), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_character_is_found_and_its_group_never_named_wrongly(at: int, other: str) -> None:
    address, _, rest = TEXT.partition("/")
    letters = list(rest.replace("-", ""))
    if letters[at] == other:
        return
    letters[at] = other
    with pytest.raises(BadCode, match="it has a slip") as bad:
        read_code(f"{address}/{''.join(letters)}")
    named = re.search(r"perhaps in group (\d)", str(bad.value))
    assert named is None or int(named[1]) == at // 5 + 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "it has no /: type the address too, as pantau.example/7KQ2M-…"),
        (TEXT[:-1], "it has 44 characters after the /, not 45: it consists of 9 groups of 5"),
        (TEXT + "A", "it has 46 characters after the /, not 45: it consists of 9 groups of 5"),
        (TEXT.replace("/0", "/U"), "U in group 1 is in no code: compare it with the invitation"),
        ("/" + TEXT[15:], "the part before the / is no address: type it as the invitation has it"),
        ("x:y/" + TEXT[15:], "the port before the / is no port: type it as the invitation has it"),
        ("other.example/" + TEXT[15:], "it has a slip: compare it with the invitation"),
    ],
)
def test_each_fault_has_its_sentence(text: str, fault: str) -> None:
    with pytest.raises(BadCode) as bad:
        read_code(text)
    assert str(bad.value) == fault


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(BadCode):
        read_code(text)
