"""The table of the lab's causes counts cuts and incidents, and finds the line cuts that were called power."""

from tests.lab.causes.table import Asked, Row, confusion, lines_called_power, mistakes, summary

UNKNOWN = Asked("unknown", "guess")
LINK, POWER = Asked("link", "likely", ("gateway_up",)), Asked("power_site", "likely", ("agent_stopped",))
GUESS_OF_POWER = Asked("power_site", "guess", ("agent_restarted",))


def row(cut: str, truth: str, first: Asked, recovered: Asked, late: Asked, root: str = "site-a1") -> Row:
    return Row(cut, truth, root, first, recovered, late)


ROWS = [
    row("line", "link", UNKNOWN, LINK, LINK),
    row("terminal", "link", LINK, LINK, LINK, "site-a1"),
    row("terminal", "link", POWER, UNKNOWN, LINK, "site-a2"),
    row("mains", "power_site", GUESS_OF_POWER, POWER, POWER),
]


def test_the_table_has_a_line_for_each_true_cause() -> None:
    head, link, power = confusion(ROWS).splitlines()
    assert head.split() == ["true", "cause", "link", "power_site", "unknown"]
    assert link.split() == ["link", "2", "(1)", "0", "(1)", "1", "(0)"]
    assert power.split() == ["power_site", "0", "(0)", "1", "(0)", "0", "(0)"]


def test_a_cut_is_right_if_all_its_incidents_are() -> None:
    cuts, first, unknown, power = summary(ROWS).splitlines()
    assert cuts.startswith("3 cuts with 4 incidents: 2 cuts are right in all")
    assert cuts.endswith("3 incidents at the recovery, 4 later on")
    assert first == "2 first notices name a cause, 1 of them the right one"
    assert unknown.startswith("1 incidents")
    assert power == "line cuts that were called power: terminal"


def test_a_first_notice_with_a_guess_of_power_does_not_call_a_line_cut_power() -> None:
    guessed = row("line", "link", GUESS_OF_POWER, LINK, LINK)
    at_its_end = row("line", "link", UNKNOWN, GUESS_OF_POWER, LINK)
    later = row("line", "link", UNKNOWN, LINK, POWER)
    assert lines_called_power([guessed]) == []
    assert lines_called_power([at_its_end, later]) == ["line", "line"]


def test_a_mistake_has_its_clues() -> None:
    assert list(mistakes(ROWS)) == [
        "terminal: site-a2: link",
        "  first: power_site, likely; for it agent_stopped",
        "  recovery: unknown, guess",
        "  later: link, likely; for it gateway_up",
    ]
