"""Who is calling: the address that counts, behind proxies that are known and only behind those.

`X-Forwarded-For` is believed as far as known proxies wrote it: read from its end, the first address that is none of
theirs is the caller's. Whoever else sends that header is not believed at all.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDED = ("forwarded", "via", "x-real-ip", "cf-connecting-ip", "true-client-ip")
"""Headers that only proxies write; besides them, all that begin with `FORWARDED_PREFIX`."""
FORWARDED_PREFIX = "x-forwarded"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
HOUSEHOLD_V6 = 64
"""Bits of an IPv6 address that name one customer's network: the rest is theirs to choose."""
LONGEST_CHAIN = 20
"""So many addresses of `X-Forwarded-For` are read, from its end."""


@dataclass(frozen=True)
class Callers:
    """Tells callers apart. `proxies`: networks of our own reverse proxies."""

    proxies: tuple[Network, ...] = ()

    def address(self, scope: Scope) -> Address | None:
        """The caller's address; None when it is not known (a socket file, a header that is none)."""
        client = scope.get("client")
        nearest = _parsed(client[0]) if client else None
        if nearest is None or not self._is_proxy(nearest):
            return nearest
        chain = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")[-LONGEST_CHAIN:]
        for hop in reversed(chain):
            if not hop.strip():
                continue
            nearest = _parsed(hop)
            if nearest is None or not self._is_proxy(nearest):
                return nearest
        return nearest

    def household(self, scope: Scope) -> str:
        """Callers that share this share a limit: one IPv4 address, one /64 of IPv6."""
        address = self.address(scope)
        if isinstance(address, IPv6Address):
            return str(ip_network((address, HOUSEHOLD_V6), strict=False))
        return str(address)

    def is_at_home(self, scope: Scope) -> bool:
        """Whether somebody seems to ask on this very machine, by its own name and through no proxy.

        A proxy on this machine may send no header that tells: where there is one, this alone opens nothing.
        """
        client = scope.get("client")
        address = _parsed(client[0]) if client else None
        headers = Headers(scope=scope)
        name = headers.get("host", "").rpartition(":")
        host = (name[0] if name[2].isdigit() else headers.get("host", "")).lower()
        forwarded = any(name in FORWARDED or name.startswith(FORWARDED_PREFIX) for name in headers)
        return address is not None and address.is_loopback and host in LOOPBACK_NAMES and not forwarded

    def _is_proxy(self, address: Address) -> bool:
        return any(address in network for network in self.proxies)


def _parsed(text: str) -> Address | None:
    """An address as headers write it: perhaps in brackets, perhaps with a port or a zone; IPv4 in IPv6 is IPv4."""
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        address = ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
