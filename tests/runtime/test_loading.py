"""Modules are loaded without looks for garbage among them, and afterwards garbage is found as ever."""

import gc

import pytest

from runtime.loading import loading


def test_no_look_for_garbage_interrupts_the_loading() -> None:
    with loading():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_looked_for_after_a_module_that_is_not_there() -> None:
    with pytest.raises(ModuleNotFoundError), loading():
        import nothing_of_this_name  # type: ignore[import-not-found]  # noqa: F401
    assert gc.isenabled()
