"""The protocols of SNMPv3's User-based Security Model, by pysnmp: keys, digests and ciphers.

Only pysnmp's security modules are loaded, with the first SNMPv3 probe; its manager is not.
"""

from functools import lru_cache
from typing import TypeAlias

from pyasn1.type.univ import OctetString
from pysnmp.proto.error import StatusInformation
from pysnmp.proto.secmod.rfc3414.service import SnmpUSMSecurityModel as Pysnmp

from agent.probes.snmp.ber import Malformed

Key: TypeAlias = OctetString

AUTH = (1, 3, 6, 1, 6, 3, 10, 1, 1)
PRIV = (1, 3, 6, 1, 6, 3, 10, 1, 2)
CISCO = (1, 3, 6, 1, 4, 1, 9, 12, 6, 1)
AUTH_IDS = {
    name: (*AUTH, number)
    for number, name in enumerate(("MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"), 2)
}
PRIV_IDS = {
    "DES": (*PRIV, 2),
    "3DES": (*PRIV, 3),
    "AES-128": (*PRIV, 4),
    "AES-192": (*CISCO, 1),
    "AES-256": (*CISCO, 2),
    "AES-192-C": (*CISCO, 101),
    "AES-256-C": (*CISCO, 102),
}
_AUTH = {name: Pysnmp.AUTH_SERVICES[id] for name, id in AUTH_IDS.items()}
_PRIV = {name: Pysnmp.PRIV_SERVICES[id] for name, id in PRIV_IDS.items()}
"""One of each for all devices, so that its counter makes every salt another."""


def mac_octets(auth: str) -> int:
    return int(_AUTH[auth].digest_length)


def mac(auth: str, password: str, engine_id: bytes, unsigned: bytes) -> bytes:
    """The digest of a message that has zeros in its place.

    pysnmp puts it where the first zeros are, which may be those of an engine id: it is taken from there.
    """
    key, octets = auth_key(auth, password, engine_id), mac_octets(auth)
    place = unsigned.find(bytes(octets))
    signed: bytes = _AUTH[auth].authenticate_outgoing_message(key, unsigned)
    return signed[place : place + octets]


def encrypted(key: Key, priv: str, boots: int, seconds: int, octets: bytes) -> tuple[bytes, bytes]:
    """The octets encrypted, and the salt of it."""
    done, salt = _PRIV[priv].encrypt_data(key, (boots, seconds, None), octets)
    return done.asOctets(), salt.asOctets()


def decrypted(key: Key, priv: str, boots: int, seconds: int, salt: bytes, octets: bytes) -> bytes:
    """The decrypted octets, with up to 8 octets of padding. Raises Malformed."""
    try:
        done: bytes = _PRIV[priv].decrypt_data(key, (boots, seconds, OctetString(salt)), OctetString(octets))
    except StatusInformation:
        raise Malformed("neither salt nor length are of this cipher") from None
    return done


@lru_cache(maxsize=1024)
def auth_key(auth: str, password: str, engine_id: bytes) -> Key:
    """RFC 3414, 2.6 and A.2; RFC 7860, 9."""
    return _AUTH[auth].localize_key(_master(auth, password), OctetString(engine_id))


@lru_cache(maxsize=1024)
def priv_key(auth: str, priv: str, password: str, engine_id: bytes) -> Key:
    """A key that is longer than the digest is extended as the protocol has it."""
    return _PRIV[priv].localize_key(AUTH_IDS[auth], _master(auth, password), OctetString(engine_id))


@lru_cache(maxsize=64)
def _master(auth: str, password: str) -> Key:
    return _AUTH[auth].hash_passphrase(password.encode())
