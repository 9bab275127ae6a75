"""The peer of an SNMP poll: net-snmp's snmpbulkwalk of the same columns, as a process of its own.

The device shows the community and the user of the walk these columns only, so that one walk reads them all.
Its CPU is that of the whole process, and that without its start: less what snmpget of one object takes.
"""

import os
from collections.abc import Sequence
from typing import NamedTuple

from tests.servers.snmpd import user

COMMUNITY, READER = "walk-community", "walker"
AUTH_KEY, PRIV_KEY = "maplesyrup", "pancakes-for-all"
V2C = ("-v2c", "-c", COMMUNITY)
V3 = ("-v3", "-l", "authPriv", "-u", READER, "-a", "SHA-256", "-A", AUTH_KEY, "-x", "AES", "-X", PRIV_KEY)
ROUNDS = 9
TREE = "1.3.6.1.2.1"


class Walked(NamedTuple):
    """Milliseconds of CPU."""

    whole: float
    without_start: float

    def beside(self, ours: float) -> str:
        return (
            f"{ours:.1f} ms; snmpbulkwalk {self.whole:.1f}, without its start {self.without_start:.1f}:"
            f" {ours / self.whole:.2f} and {ours / self.without_start:.1f} times"
        )


def access(columns: Sequence[str]) -> list[str]:
    """Lines of snmpd.conf(5)."""
    lines = [f"view walked included .{column}" for column in columns]
    lines += [f"rocommunity {COMMUNITY} default -V walked"]
    created, _ = user(READER, "SHA-256", AUTH_KEY, PRIV_KEY)
    return [*lines, created, f"rouser {READER} priv -V walked"]


def walked(port: int, security: Sequence[str], cell: str) -> Walked:
    """The least of some walks: others share this machine. `cell` is an object that the device has."""
    place = f"127.0.0.1:{port}"
    whole = min(_cpu("snmpbulkwalk", *security, place, TREE) for _ in range(ROUNDS))
    start = min(_cpu("snmpget", *security, place, cell) for _ in range(ROUNDS))
    return Walked(whole, whole - start)


def _cpu(*command: str) -> float:
    """Milliseconds of user and system of one run that succeeds."""
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawnp(command[0], command, {**os.environ, "MIBS": ""}, file_actions=silent)
    _, status, used = os.wait4(child, 0)
    assert status == 0, f"{' '.join(command)}: {status}"
    return (used.ru_utime + used.ru_stime) * 1e3
