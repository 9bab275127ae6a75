"""`pantau-collector authority` shows where the city stands between two authorities."""

from datetime import UTC

from collector.commands.authority import lines
from collector.web.api.authority import AuthorityEntry, AuthorityStatus

FINISH = "all agents have moved: pantau-collector authority finish"


def shown(signing: int, behind: list[str]) -> list[str]:
    two = [AuthorityEntry(number, f"id{number}", 2e9, True, 1) for number in (1, 2)]
    return list(lines(AuthorityStatus(two, signing, behind, [], True, 2e9, []), UTC))


def test_a_new_authority_that_does_not_sign_yet_asks_for_no_finish() -> None:
    said = shown(signing=1, behind=[])
    assert "authority 2 signs as soon as the broker believes it" in said
    assert FINISH not in said


def test_the_agents_that_have_not_moved_are_named() -> None:
    said = shown(signing=2, behind=["dinkes", "gradasi"])
    assert "not moved yet: dinkes, gradasi" in said
    assert FINISH not in said


def test_when_all_have_moved_the_next_step_is_told() -> None:
    assert FINISH in shown(signing=2, behind=[])
