import socket

from hypothesis import given
from hypothesis import strategies as st

from agent.probes.icmp.packet import REQUEST_TYPE, Echo, checksum, decode, encode

echoes = st.builds(
    Echo,
    type=st.sampled_from([0, 8, 128, 129]),
    identifier=st.integers(0, 0xFFFF),
    sequence=st.integers(0, 0xFFFF),
    token=st.binary(min_size=8, max_size=8),
)


@given(echoes)
def test_an_echo_reads_back_as_it_was_written(echo: Echo) -> None:
    assert decode(encode(echo)) == echo


@given(echoes)
def test_a_packet_with_its_checksum_sums_up_to_zero(echo: Echo) -> None:
    assert checksum(encode(echo)) == 0


def test_an_echo_is_as_long_as_that_of_ping() -> None:
    assert len(encode(Echo(REQUEST_TYPE[socket.AF_INET], 1, 2, bytes(8)))) == 64


@given(echoes, st.integers(0, 63))
def test_an_echo_is_known_from_the_part_that_an_error_quotes(echo: Echo, quoted_bytes: int) -> None:
    quoted = decode(encode(echo)[:quoted_bytes])
    if quoted_bytes < 8:
        assert quoted is None
    else:
        assert quoted == echo._replace(token=echo.token if quoted_bytes >= 16 else b"")


@given(st.binary(max_size=100))
def test_no_datagram_breaks_the_decoder(data: bytes) -> None:
    decode(data)
