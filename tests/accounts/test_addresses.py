"""The visitor's address: past proxies that are named, and no further than what they can vouch for."""

from ipaddress import ip_network
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from accounts import addresses
from gptimage import variables

OURS = [ip_network("10.0.0.0/8"), ip_network("192.0.2.7"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "found"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a stranger's word counts for nothing
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # what the visitor wrote before it
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 192.0.2.7", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 192.0.2.8", "192.0.2.8"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),  # all are ours: it is one of us
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "'; DROP TABLE", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("fd00::1", "2001:DB8::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", "198.51.100.1", "fe80::1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_past_our_proxies_only(peer: str, forwarded_for: str, found: str) -> None:
    assert addresses.client(peer=peer, forwarded_for=forwarded_for, proxies=OURS) == found


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "found"),
    [
        ("172.18.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", "198.51.100.1"),
        ("172.18.0.1", "", "172.18.0.1"),
    ],
)
def test_one_in_front_is_one(peer: str, forwarded_for: str, found: str) -> None:
    assert addresses.client(peer=peer, forwarded_for=forwarded_for, proxies=[], one_in_front=True) == found


def test_the_settings_say_who_is_in_front(settings: Any) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.1, 192.0.2.7")
    scope = {"client": ("10.0.0.1", "4711"), "headers": [(b"x-forwarded-for", b"6.6.6.6, 198.51.100.1, 192.0.2.7")]}
    for behind_tls, proxies, found in (
        (False, [], "10.0.0.1"),
        (True, [], "192.0.2.7"),
        (True, OURS, "198.51.100.1"),
        (False, OURS, "198.51.100.1"),
    ):
        settings.BEHIND_TLS, settings.TRUSTED_PROXIES = behind_tls, proxies
        assert addresses.of(request) == addresses.of_scope(scope) == found
        assert get_adapter(request).get_client_ip(request) == found  # allauth's limits


def test_headers_that_come_twice_are_one_list(settings: Any) -> None:
    settings.TRUSTED_PROXIES = OURS
    headers = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"198.51.100.1, 192.0.2.7")]
    assert addresses.of_scope({"client": ("10.0.0.1", "4711"), "headers": headers}) == "198.51.100.1"
    assert addresses.of_scope({"client": None, "headers": []}) == ""


def test_what_is_counted_and_what_is_near() -> None:
    assert addresses.counted("198.51.100.1") == "198.51.100.1/32"
    assert addresses.counted("2001:db8:1:2:3:4:5:6") == addresses.counted("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert addresses.network("198.51.100.1") == "198.51.100.0/24"
    assert addresses.network("2001:db8:1:2::1") == "2001:db8:1::/48"
    assert addresses.counted("") == addresses.network("") == ""


@pytest.mark.parametrize("value", ["10.0.0.5/8", "proxy.example", "0.0.0.0/0", "::/0"])
def test_what_names_no_proxies_ends_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", value)
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        variables.networks("TRUSTED_PROXIES")
