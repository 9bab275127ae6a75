"""The device profiles that ship, and the settings that ask for them."""

import pytest

from agent.net.failed import Failed
from agent.probes.snmp.profile import known, profile
from wire.metrics import CATALOGUE, names_of
from wire.probes import Snmp


@pytest.mark.parametrize("name", known())
def test_a_profile_gives_values_of_the_catalogue(name: str) -> None:
    asked = profile(name)
    given = set(asked.values) | set(asked.table.values if asked.table else {})
    assert given
    assert given <= names_of("snmp")
    for value in asked.table.values if asked.table else ():
        assert CATALOGUE[value].row_label == "interface"
    if asked.table and asked.table.info:
        assert set(CATALOGUE[asked.table.info.value].info) == {*asked.table.info.texts, "index"}


def test_the_states_of_an_enumeration_exclude_each_other() -> None:
    for name in ("ups", "apc"):
        states: list[int] = []
        for value, readings in profile(name).values.items():
            if value.startswith("ups_output_source_"):
                states += readings[0].equals
        assert len(states) == len(set(states))


def test_an_unknown_profile_names_those_that_are_known() -> None:
    with pytest.raises(
        Failed, match="'mikrotik' is unknown; known are apc, interfaces, system, ups"
    ) as caught:
        profile("mikrotik")
    assert caught.value.reason == "setting"


def test_settings_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="give community_file for SNMPv2c, or user and auth_file"):
        Snmp(target="router", address="10.61.4.1", profiles=["system"])
    with pytest.raises(ValueError, match="give community_file for SNMPv2c, or user and auth_file"):
        Snmp("router", "10.61.4.1", ["system"], community_file="c", user="u", auth_file="a")
    with pytest.raises(ValueError, match="user needs auth_file"):
        Snmp(target="router", address="10.61.4.1", profiles=["system"], user="reader")
    with pytest.raises(ValueError, match="priv needs priv_file"):
        Snmp("router", "10.61.4.1", ["system"], user="reader", auth_file="a", priv="DES")
