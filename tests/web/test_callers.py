"""Who is calling: proxies are believed only when they are ours."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Scope

from bot.web.callers import Callers

BEHIND = Callers((ip_network("10.0.0.0/8"), ip_network("127.0.0.1/32"), ip_network("fd00::/8")))


def scope(client: str | None, *chain: str, host: str = "sukima.example", **more: str) -> Scope:
    headers = [(b"host", host.encode()), *((b"x-forwarded-for", hop.encode()) for hop in chain)]
    headers += [(name.replace("_", "-").encode(), value.encode()) for name, value in more.items()]
    return {"type": "http", "client": (client, 1234) if client else None, "headers": headers}


@pytest.mark.parametrize(
    ("client", "chain", "caller"),
    [
        ("203.0.113.7", (), "203.0.113.7"),
        ("203.0.113.7", ("198.51.100.1",), "203.0.113.7"),  # whoever is no proxy of ours is not believed
        ("10.1.2.3", ("198.51.100.1",), "198.51.100.1"),
        ("10.1.2.3", ("1.1.1.1, 198.51.100.1, 10.9.9.9",), "198.51.100.1"),  # what the caller wrote is in front
        ("10.1.2.3", ("1.1.1.1", "198.51.100.1"), "198.51.100.1"),  # two headers are one list
        ("10.1.2.3", (), "10.1.2.3"),
        ("10.1.2.3", ("10.0.0.9",), "10.0.0.9"),
        ("10.1.2.3", ("198.51.100.1:4711",), "198.51.100.1"),
        ("10.1.2.3", ("[2001:db8::1]:4711",), "2001:db8::1"),
        ("127.0.0.1", ("::ffff:198.51.100.1",), "198.51.100.1"),
        ("::ffff:10.1.2.3", ("198.51.100.1",), "198.51.100.1"),
        ("10.1.2.3", ("unknown",), None),
        ("10.1.2.3", ("198.51.100.1, ",), "198.51.100.1"),
        (None, ("198.51.100.1",), None),
    ],
)
def test_the_first_that_is_no_proxy_of_ours_counts(
    client: str | None, chain: tuple[str, ...], caller: str | None
) -> None:
    assert BEHIND.address(scope(client, *chain)) == (ip_address(caller) if caller else None)


@given(client=st.ip_addresses(), chain=st.lists(st.one_of(st.ip_addresses().map(str), st.text(max_size=20))))
def test_without_proxies_no_header_is_believed(client: IPv4Address | IPv6Address, chain: list[str]) -> None:
    sent = [hop.encode("utf-8").decode("latin-1").encode("latin-1") for hop in chain]
    asked: Scope = {
        "type": "http",
        "client": (str(client), 1),
        "headers": [(b"x-forwarded-for", hop) for hop in sent],
    }
    mapped = client.ipv4_mapped if isinstance(client, IPv6Address) else None
    assert Callers().address(asked) == (mapped or ip_address(str(client).partition("%")[0]))


def test_a_household_is_one_ipv4_address_or_a_network_of_ipv6() -> None:
    one, other = scope("2001:db8:1:2::1"), scope("2001:db8:1:2:ffff::9")
    assert Callers().household(one) == Callers().household(other)
    assert Callers().household(one) != Callers().household(scope("2001:db8:1:3::1"))
    assert Callers().household(scope("192.0.2.1")) != Callers().household(scope("192.0.2.2"))


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:8080", "[::1]:8080"])
def test_at_home_is_this_machine_by_its_own_name(host: str) -> None:
    assert Callers().is_at_home(scope("127.0.0.1", host=host))


@pytest.mark.parametrize(
    "asked",
    [
        scope("192.0.2.1", host="127.0.0.1"),
        scope("127.0.0.1", host="sukima.example"),  # a name that was made to point here, or a proxy
        scope("127.0.0.1", "192.0.2.1", host="localhost"),
        scope("127.0.0.1", host="localhost", forwarded="for=192.0.2.1"),
        scope("127.0.0.1", host="localhost", x_real_ip="192.0.2.1"),
        scope("127.0.0.1", host="localhost", via="1.1 proxy"),
        scope("127.0.0.1", host="localhost", x_forwarded_proto="https"),
        scope("127.0.0.1", host="localhost", x_forwarded_host="sukima.example"),
        scope("127.0.0.1", host="localhost", x_forwarded="for=192.0.2.1"),
        scope("127.0.0.1", host="localhost", cf_connecting_ip="192.0.2.1"),
        scope("127.0.0.1", host="localhost", true_client_ip="192.0.2.1"),
        scope(None, host="localhost"),
        scope("127.0.0.1", host=""),
    ],
)
def test_not_at_home(asked: Scope) -> None:
    assert not Callers().is_at_home(asked)
