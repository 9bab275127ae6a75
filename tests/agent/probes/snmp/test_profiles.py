"""The device profiles that ship, and the settings that ask for them."""

import pytest

from agent.net.failed import Failed
from tests.agent.probes.unrestricted import measure_rows
from wire.probes import Snmp
from wire.profile_faults import faults
from wire.profiles import builtin, known


@pytest.mark.parametrize("name", known())
def test_a_profile_that_ships_has_no_fault_and_says_where_it_is_from(name: str) -> None:
    profile = builtin(name)
    assert list(faults(profile)) == []
    assert profile.title
    assert profile.source


def test_the_states_of_an_enumeration_exclude_each_other() -> None:
    for name in ("ups", "apc"):
        states: list[object] = []
        for value, readings in builtin(name).values.items():
            if value.startswith("ups_output_source_"):
                states += readings[0].equals
        assert len(states) == len(set(states))


async def test_an_unknown_profile_names_those_that_are_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secrets = tmp_path_factory.mktemp("secrets")
    (secrets / "community").write_text("public")
    monkeypatch.setattr("agent.probes.snmp.secrets.DIRECTORY", secrets)
    with pytest.raises(Failed, match=r"'routerboard' is unknown; known are apc, .*interfaces.*") as caught:
        await measure_rows(Snmp("device", "127.0.0.1", ["routerboard"], "community"))
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
