"""Which hosts are beside the Web API: where a gateway stands in for Slack, its other addresses are trusted as well.

On one machine they may have other names and ports; everywhere else a gateway is one host.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit


def place_of(url: str) -> tuple[str, str]:
    """An address's scheme, and its host with the port; both empty where it cannot be read."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def is_beside(url: str, api_url: str) -> bool:
    """Whether an address is on the host of the Web API, or both are on this machine."""
    try:
        there, here = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    if _is_this_machine(there.hostname) and _is_this_machine(here.hostname):
        return True
    return there.hostname == here.hostname and there.scheme == here.scheme


def _is_this_machine(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
