"""A mistake in a TOML file is told with its line, what stands there, and what to write."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.files.toml import NotToml, parsed

VALUE = 'not TOML: Invalid value; write text in "double quotes", and numbers with a decimal point'


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[sites]\na = { x = 1 }\na = { x = 2 }\n", "line 3: a = { x = 2 }: 'a' stands there a second time"),
        ("[sites.a]\nx = 1\n[sites.a]\n", "line 3: [sites.a]: [sites.a] stands there a second time"),
        ("[a]\n[[a]]\n", "line 2: [[a]]: [[a]] stands there a second time"),
        ("a = { x = 1, x = 2 }", "line 1: a = { x = 1, x = 2 }: 'x' stands there a second time"),
        (
            "a.b = 1\na = 2",
            "line 2: a = 2: 'a' stands there a second time; rename one of them, or take it out",
        ),
        ("[city]\nname = Kota\n", f"line 2: name = Kota: {VALUE}"),
        ("name =", f"line 1: name =: {VALUE}"),
        ('name = "Kota\n', 'line 1: name = "Kota: not TOML: Illegal character'),
        ("[sites\n", "line 1: [sites: not TOML: Expected ']' at the end of a table declaration; close"),
        ("x = 05", "line 1: x = 05: not TOML: Expected newline"),
        (
            '[city]\nname\u00a0= "Kota"',
            'name\u00a0= "Kota": not TOML: it has U+00A0, which nobody can see; type',
        ),
        ("\u200b[city]", "[city]: not TOML: it has U+200B"),
        ("\u00a0[city]", "[city]: not TOML: it has U+00A0"),
        ('name = "Kota\u00a0Pontianak" x', "not TOML: Expected newline"),
        ("[[maintenance]", "close the heading with ]]"),
        ("name = 'Kota\"", "close the text with the quote that opens it"),
        ('name = """Kota', "close the text with the quotes that open it"),
        ("x = " + "9" * 5000, "no number has so many digits"),
        ('p = "C:\\dir"', "write \\\\ for each \\, or the text in 'single quotes'"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_remedy(written: str, told: str) -> None:
    with pytest.raises(NotToml) as error:
        parsed(written)
    assert told in str(error.value)


@given(st.text(alphabet="a[]{}=\"'.,#1\\ \n\t", max_size=40))
def test_whatever_is_written_is_read_or_refused_in_one_line(written: str) -> None:
    try:
        read = parsed(written)
    except NotToml as error:
        told = str(error)
    else:
        told = ""
        assert read == tomllib.loads(written)
    assert "\n" not in told
