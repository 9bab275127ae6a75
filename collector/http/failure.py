"""Why a request got no answer, in one line for a person."""

import os
import re
import ssl

import aiohttp

NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST"})
NOT_CONNECTED = re.compile(r"\[Errno (\d+)\] Connect call failed")
"""asyncio's own text, once for each address that it tried."""

TLS_ALERT = r"b'\x15\x03"
"""The first bytes of the answer, as aiohttp's message shows them."""

UNFINISHED = "Not enough data"
"""aiohttp's text where a body ends too early. Another text says that the body's form is wrong."""

CLOSED = "closed without an answer"
CUT = "closed in the middle of its answer"
NOT_HTTP = "its answer is not HTTP"


def explained(error: Exception) -> str:
    """`error` is aiohttp's, the system's, or a ValueError about the URL."""
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):  # its text has the whole URL
        return "this is not a URL of HTTP"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"the proxy: {_of_the_system(error.os_error)}"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy answers HTTP {error.status}"
    if isinstance(error, aiohttp.ClientResponseError):
        return "it speaks TLS there; write https://" if TLS_ALERT in error.message else NOT_HTTP
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return CLOSED if isinstance(error.message, str) else CUT  # else it is the part of a head that came
    if isinstance(error, aiohttp.ClientPayloadError):
        return CUT if UNFINISHED in str(error) else NOT_HTTP
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _of_the_system(error.certificate_error)
    return _of_the_system(error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error)


def _of_the_system(error: Exception) -> str:
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return CLOSED
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message.rstrip(".")
        return f"its certificate is not trusted: {reason}; mend it there, or add its CA to this machine's"
    if isinstance(error, ssl.SSLError) and error.reason in NO_TLS:
        return "it speaks no TLS there; write http:// or another port"
    if refused := dict.fromkeys(NOT_CONNECTED.findall(str(error))):
        return ", ".join(os.strerror(int(number)) for number in refused)
    return str(getattr(error, "strerror", None) or error)
