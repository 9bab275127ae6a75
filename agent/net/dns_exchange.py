"""One DNS query and its answer: over UDP and, where truncated, TCP (RFC 1035, RFC 7766)."""

import asyncio
import socket

import dns.exception
import dns.flags
import dns.message

from agent.net.addresses import peer_of
from agent.net.failed import Failed
from agent.net.sockets import connect, connection_socket, failure, receive_icmp_errors

MAX_MESSAGE_BYTES = 65535


async def ask(query: dns.message.Message, server: str, port: int = 53) -> dns.message.Message:
    """The answer of one server. The caller limits the time. Raises Failed."""
    try:
        answer = await _over_udp(query, server, port)
        if answer.flags & dns.flags.TC:
            answer = await _over_tcp(query, server, port)
    except OSError as error:
        raise failure(error, server, port) from None
    return answer


async def _over_udp(query: dns.message.Message, server: str, port: int) -> dns.message.Message:
    """The first datagram that answers the query. The agent reads only the question of a truncated one."""
    loop = asyncio.get_running_loop()
    with connection_socket(server, socket.SOCK_DGRAM) as udp:
        receive_icmp_errors(udp)
        udp.connect(peer_of(server, port))  # the kernel drops datagrams from elsewhere
        await loop.sock_sendall(udp, query.to_wire())
        while True:
            answer = _answer(query, await loop.sock_recv(udp, MAX_MESSAGE_BYTES))
            if answer is not None:
                return answer
            await asyncio.sleep(0)  # a flood of other datagrams must not stop the timeout


async def _over_tcp(query: dns.message.Message, server: str, port: int) -> dns.message.Message:
    """RFC 7766: each message after its length in two bytes."""
    with connection_socket(server) as connection:
        await connect(connection, server, port)
        await asyncio.get_running_loop().sock_sendall(connection, query.to_wire(prepend_length=True))
        length = int.from_bytes(await _exactly(connection, 2), "big")
        answer = _answer(query, await _exactly(connection, length))
    if answer is None:
        raise Failed("protocol", f"{server} port {port}: the answer over TCP is to another query")
    return answer


async def _exactly(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        chunk = await asyncio.get_running_loop().sock_recv(connection, count - len(received))
        if not chunk:
            raise Failed("protocol", "the server closed the TCP connection before its answer")
        received += chunk
    return received


def _answer(query: dns.message.Message, wire: bytes) -> dns.message.Message | None:
    """None for a datagram that does not answer this query: it may be late or forged (RFC 5452)."""
    try:
        question = dns.message.from_wire(wire, question_only=True)
    except dns.exception.DNSException:
        return None
    if not query.is_response(question):
        return None
    if question.flags & dns.flags.TC:
        return question
    try:
        return dns.message.from_wire(wire, ignore_trailing=True)
    except dns.exception.DNSException as error:
        raise Failed("protocol", f"an answer that is not a DNS message: {error!s:.200}") from None
