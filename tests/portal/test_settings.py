"""What the settings refuse, and what they set by themselves, each in a program of its own."""

import json
import os
import subprocess
import sys

import pytest

SHOW = """
import json
from datetime import timedelta
from moderation_portal import settings
print(json.dumps({n: v for n, v in vars(settings).items() if n.isupper() and isinstance(v, (
    bool, int, str, timedelta))}, default=timedelta.total_seconds))
"""


def read(**variables: str | None) -> subprocess.CompletedProcess[str]:
    """Reads the settings under the test's environment with these variables changed (None: out)."""
    changed = {**os.environ, "ALLOWED_HOSTS": "localhost,127.0.0.1", **variables}
    environment = {name: value for name, value in changed.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", SHOW], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "variables",
    [
        {"BASE_URL": "https://aduan.komdigi.go.id"},
        {"BASE_URL": "http://8.8.8.8:8000"},
        {"BASE_URL": "http://localhost:8000", "ALLOWED_HOSTS": "localhost,aduan.komdigi.go.id"},
        {"BASE_URL": "http://localhost:8000", "ALLOWED_HOSTS": "*"},
    ],
    ids=str,
)
def test_a_demo_does_not_start_where_everybody_can_reach_it(variables):
    tried = read(PORTAL_MODE="demo", **variables)
    assert tried.returncode
    assert "PORTAL_MODE=demo signs anybody in without a password" in tried.stderr


def test_whoever_means_it_shows_the_demo_to_the_world():
    variables = {"BASE_URL": "https://demo.komdigi.go.id", "DEMO_ON_PUBLIC_ADDRESS": "1"}
    assert not read(PORTAL_MODE="demo", **variables).returncode


def test_a_demo_starts_at_home():
    lan = {"BASE_URL": "http://192.168.1.7:8000", "ALLOWED_HOSTS": "localhost,192.168.1.7,[::1]"}
    tried = read(PORTAL_MODE="demo", **lan)
    assert json.loads(tried.stdout)["IS_DEMO"] is True


def test_a_production_is_not_asked_where_it_is():
    tried = read(PORTAL_MODE="production", BASE_URL="https://aduan.komdigi.go.id")
    set_up = json.loads(tried.stdout)
    assert set_up["IS_DEMO"] is False
    assert set_up["SECURE_HSTS_SECONDS"] >= 31536000
    for name in (
        "SESSION_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "CSRF_COOKIE_SECURE",
        "LANGUAGE_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    ):
        assert set_up[name] is True, name
    assert set_up["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert set_up["SESSION_COOKIE_AGE"] <= 12 * 3600


def test_a_production_does_not_call_itself_by_the_example_s_name():
    kept_out = dict.fromkeys(("IDENTITY_NAME", "IDENTITY_SHORT", "MAIL_FROM"))
    tried = read(PORTAL_MODE="production", BASE_URL="https://portal.example", **kept_out)
    assert json.loads(tried.stdout)["DEFAULT_FROM_EMAIL"] == ""
    named = {"PORTAL_MODE": "production", "BASE_URL": "https://portal.example"}
    tried = read(**named, MAIL_FROM="tertib@kem.go.id")
    assert json.loads(tried.stdout)["DEFAULT_FROM_EMAIL"] == "tertib@kem.go.id"


def test_only_a_trial_shortens_the_time_after_which_work_is_taken_over():
    assert json.loads(read(LEASE_SECONDS="40").stdout)["LEASE"] == 40
    set_up = {"PORTAL_MODE": "production", "BASE_URL": "https://aduan.komdigi.go.id"}
    assert json.loads(read(LEASE_SECONDS="40", **set_up).stdout)["LEASE"] == 120
