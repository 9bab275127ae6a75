"""The maker of a device that no profile knows."""

import pytest

from wire.vendors import vendor_of


@pytest.mark.parametrize(
    ("number", "descr", "maker"),
    [
        (14988, "RouterOS RB760iGS", "MikroTik"),
        (99999, "Gadget", "enterprise 99999"),
        (4413, "EdgeSwitch 24-Port 250W, 1.9.3", "Ubiquiti"),
        (4413, "LB4M 48x1G 2x10G", "Broadcom"),
        (8072, "USW-Flex 5.76.7.13442", "Ubiquiti"),
        (8072, "Linux OpenWrt 5.4.137", "OpenWrt"),
        (8072, "Linux nas 6.1", "net-snmp"),
    ],
)
def test_the_number_names_the_maker_except_one_of_software(number: int, descr: str, maker: str) -> None:
    assert vendor_of((1, 3, 6, 1, 4, 1, number, 1), descr) == maker


def test_without_a_number_the_description_names_the_maker() -> None:
    assert vendor_of((), "VRP Software Version 5") == "Huawei"
    assert vendor_of((), "Gadget") == ""
    assert vendor_of((0, 0), "Gadget") == ""
