"""Whether an agent may believe what a collector acknowledges."""

from agent.delivery.collector_run import judge


def test_a_collector_of_which_nothing_is_known_is_believed() -> None:
    assert judge(None, ("run", 1), None) == "believed"


def test_an_old_ack_of_the_known_run_is_no_restore() -> None:
    assert judge(("run", 10), ("run", 3), None) == "believed"


def test_another_run_is_doubted_until_it_says_what_it_has_of_the_known_one() -> None:
    assert judge(("run", 10), ("next", 99), None) == "doubted"
    assert judge(("run", 10), ("next", 99), ("other", 10)) == "doubted"
    assert judge(("run", 10), ("next", 99), ("run", 10)) == "believed"


def test_a_run_without_the_known_commit_was_restored_whatever_its_number() -> None:
    assert judge(("run", 10), ("next", 99), ("run", 9)) == "restored"
    assert judge(("run", 10), ("next", 99), ("run", 0)) == "restored"
