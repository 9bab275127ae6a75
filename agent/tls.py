"""TLS with the broker: what the agent shows and trusts, and what a person is told where it fails."""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from agent.clock import kernel_synchronized
from agent.config import Broker

NO_CHECK_TIME = ssl.VerifyFlags(0x200000)  # X509_V_FLAG_NO_CHECK_TIME


def context(broker: Broker) -> ssl.SSLContext | None:
    """None without `ca_file`. Read anew for each connection: certificates are renewed. Raises OSError."""
    if not broker.ca_file:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts the broker's CA and nothing else
    if not kernel_synchronized():  # a box that wakes up in 1970 can't tell what has expired
        made.verify_flags |= NO_CHECK_TIME
    with _naming(f"ca_file {broker.ca_file}"):
        made.load_verify_locations(broker.ca_file)
    if broker.certificate_file:
        with _naming(f"certificate_file {broker.certificate_file} with key_file {broker.key_file}"):
            made.load_cert_chain(broker.certificate_file, broker.key_file)
    return made


def complaint(error: Exception, broker: Broker) -> str:
    """Why there is no connection, the file that it is about, and the remedy."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"certificate verify failed: {error.verify_message}; see that ca_file {broker.ca_file} is of the"
            " broker's CA, that host is a name in its certificate, and that this box's clock is right"
        )
    reason = _reason(error) if isinstance(error, ssl.SSLError) else str(error)
    if " alert " not in reason:
        return f"{reason}; check [broker] in agent.toml, and that the broker runs and lets this agent in"
    if not broker.certificate_file:
        return f"{reason}; give it certificate_file and key_file in [broker] of agent.toml"
    return (
        f"{reason}; it does not take certificate_file {broker.certificate_file}: put one there, with its"
        " key_file, that the broker's CA issued to this agent"
    )


class LastError(logging.Filter):
    """Keeps what a socket failed with: paho says it only to its log, and aiomqtt then that time ran out."""

    def __init__(self) -> None:
        super().__init__()
        self._error: OSError | None = None

    def logger(self, parent: logging.Logger) -> logging.Logger:
        """For an aiomqtt client; what is no such error goes to the parent's handlers."""
        made = logging.Logger("mqtt", logging.WARNING)
        made.parent = parent
        made.addFilter(self)
        return made

    def filter(self, record: logging.LogRecord) -> bool:
        errors = [each for each in record.args or () if isinstance(each, OSError)]
        self._error = errors[-1] if errors else self._error
        return not errors

    def behind(self, error: Exception) -> Exception:
        """What was kept, once; else the handshake's own that `error` was made of, else `error`."""
        kept, self._error = self._error, None
        return kept or (error.__context__ if isinstance(error.__context__, ssl.SSLError) else error)


@contextmanager
def _naming(files: str) -> Iterator[None]:
    """ssl leaves out which file it could not use."""
    try:
        yield
    except OSError as error:
        what = _reason(error) if isinstance(error, ssl.SSLError) else error.strerror
        raise OSError(f"{files}: {what}") from None


def _reason(error: ssl.SSLError) -> str:
    return (error.reason or str(error)).replace("_", " ").lower()
