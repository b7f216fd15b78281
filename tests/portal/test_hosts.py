"""Which hosts only one's own network can reach."""

import pytest

from moderation_portal.hosts import far_hosts, is_nearby, why_no_demo


@pytest.mark.parametrize(
    "host",
    ["8.8.8.8", "172.32.0.1", "2606:4700::1111", "[2606:4700::1111]", "aduan.komdigi.go.id",
     "localhost.evil.id", "example.com", "local.id", "134744072", "0x08080808", "*", "",
     "xn--p1ai.ru", "127.0.0.1.nip.io", "example.id."],
)  # fmt: skip
def test_what_everybody_can_reach_is_far(host):
    assert not is_nearby(host)


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "[::1]", "10.1.2.3",
     "172.16.0.9", "192.168.1.7", "169.254.1.1", "100.64.0.1", "fd00::7", "fe80::1%eth0",
     "demo.local", "portal.example", "portal.example.", "portal.test", "portal.internal",
     "desk.home.arpa", "komputer-ayu", "testserver"],
)  # fmt: skip
def test_ones_own_machine_and_network_are_near(host):
    assert is_nearby(host)


def test_every_name_of_an_installation_is_asked():
    hosts = ["localhost", ".komdigi.go.id", "*"]
    assert far_hosts("https://aduan.go.id:8443/x", hosts) == ["*", "aduan.go.id", "komdigi.go.id"]
    assert far_hosts("http://localhost:8000", ["127.0.0.1", "[::1]"]) == []


def test_a_demo_is_refused_in_a_sentence_that_names_the_host_and_the_way_out():
    why = why_no_demo("https://aduan.go.id", [])
    assert "aduan.go.id" in why
    assert "DEMO_ON_PUBLIC_ADDRESS=1" in why
    assert why_no_demo("http://192.168.1.7:8000", ["localhost"]) == ""
