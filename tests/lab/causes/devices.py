"""Devices that answer SNMPv2c at a host of the lab: a router with its uptime, a UPS, a radio that fades."""

import socket
import threading
import time
from collections.abc import Mapping

from tests.netns import Host
from tests.servers import ber

SYS_UPTIME = (1, 3, 6, 1, 2, 1, 1, 3, 0)
UPS_SECONDS_ON_BATTERY = (1, 3, 6, 1, 2, 1, 33, 1, 2, 2, 0)
UPS_MINUTES_REMAINING = (1, 3, 6, 1, 2, 1, 33, 1, 2, 3, 0)
UPS_OUTPUT_SOURCE = (1, 3, 6, 1, 2, 1, 33, 1, 4, 1, 0)
RADIO_SIGNAL = (1, 3, 6, 1, 4, 1, 14988, 1, 1, 1, 1, 1, 4, 1)
RADIO_SSID = (1, 3, 6, 1, 4, 1, 14988, 1, 1, 1, 1, 1, 5, 1)
ON_MAINS, ON_BATTERY = 3, 5
UPTIME_BEFORE_SECONDS = 30 * 86400.0
"""The devices of the lab started so long before it."""
CLEAR_DBM, LOST_DBM = -60, -89
RAIN_SECONDS = 60.0
"""The rain takes so long to become too heavy for a radio."""
ESTIMATE_SECONDS = 1200.0
"""A UPS on mains says that its battery would last so long."""


class LabRouter:
    """`started` is its last start on the monotonic clock."""

    def __init__(self) -> None:
        self.started = time.monotonic() - UPTIME_BEFORE_SECONDS

    def values(self) -> Mapping[ber.Oid, bytes]:
        return {SYS_UPTIME: ber.number(round(100 * (time.monotonic() - self.started)), ber.TIMETICKS)}


class LabUps:
    """On battery since `battery_since`, with charge until `empty_at`; it tells whole minutes, as cards do."""

    def __init__(self) -> None:
        self.started = time.monotonic() - UPTIME_BEFORE_SECONDS
        self.battery_since: float | None = None
        self.empty_at = 0.0

    def values(self) -> Mapping[ber.Oid, bytes]:
        now, since = time.monotonic(), self.battery_since
        left = ESTIMATE_SECONDS if since is None else max(0.0, self.empty_at - now)
        source = ON_MAINS if since is None else ON_BATTERY
        return {
            SYS_UPTIME: ber.number(round(100 * (now - self.started)), ber.TIMETICKS),
            UPS_SECONDS_ON_BATTERY: ber.number(0 if since is None else round(now - since)),
            UPS_MINUTES_REMAINING: ber.number(int(left / 60)),
            UPS_OUTPUT_SOURCE: ber.number(source),
        }


class LabRadio:
    """A MikroTik station below the place `above`. Its signal falls in rain, and is 0 without a far end."""

    def __init__(self, above: str) -> None:
        self.started = time.monotonic() - UPTIME_BEFORE_SECONDS
        self.above = above
        self.rain_since: float | None = None
        self.alone = False

    def values(self) -> Mapping[ber.Oid, bytes]:
        now = time.monotonic()
        fallen = 0.0 if self.rain_since is None else min(1.0, (now - self.rain_since) / RAIN_SECONDS)
        signal = 0 if self.alone else round(CLEAR_DBM + fallen * (LOST_DBM - CLEAR_DBM))
        return {
            SYS_UPTIME: ber.number(round(100 * (now - self.started)), ber.TIMETICKS),
            RADIO_SIGNAL: ber.number(signal),
            RADIO_SSID: ber.text(self.above),
        }


class Answering:
    """It answers at port 161 of the address while `on`: without power nobody answers."""

    def __init__(self, host: Host, address: str, device: LabRouter | LabUps | LabRadio) -> None:
        self.on = True
        self._device = device
        with host.entered():
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 161))
        self._socket.settimeout(0.5)
        self._ended = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended = True
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._ended:
            try:
                datagram, peer = self._socket.recvfrom(1500)
                if self.on:
                    self._socket.sendto(self._answer(datagram), peer)
            except OSError:
                continue  # nobody asks, or the way back is cut

    def _answer(self, datagram: bytes) -> bytes:
        request = ber.read_request(datagram)
        values = self._device.values()
        if request.pdu == ber.GET:
            variables = [(oid, values.get(oid, ber.NO_SUCH_INSTANCE)) for oid in request.oids]
        else:
            variables = [_next(oid, values) for oid in request.oids]
        return ber.message(ber.RESPONSE, request.id, variables, request.community)


def _next(oid: ber.Oid, values: Mapping[ber.Oid, bytes]) -> tuple[ber.Oid, bytes]:
    """One step of a walk: an answer may hold fewer repetitions than a manager asks for (RFC 3416)."""
    found = min((one for one in values if one > oid), default=None)
    return (oid, ber.END_OF_MIB_VIEW) if found is None else (found, values[found])
