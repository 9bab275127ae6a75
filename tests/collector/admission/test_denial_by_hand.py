"""A person reads once which lines of the ACL keep a flooder out."""

import pytest

from collector.admission.acl import acl
from collector.admission.denial_by_hand import DenialByHand


def test_the_log_has_the_lines_of_each_flooder_once(caplog: pytest.LogCaptureFixture) -> None:
    by_hand = DenialByHand()
    for _ in range(2):
        by_hand.deny(frozenset({"gradasi"}))
    assert caplog.text.count("gradasi: write the lines 'user gradasi' and 'topic deny #' before") == 1
    assert "user gradasi\ntopic deny #\n" in acl({"gradasi"})
    by_hand.deny(frozenset())
    by_hand.deny(frozenset({"gradasi"}))
    assert caplog.text.count("write the lines") == 2
