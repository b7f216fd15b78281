"""The environment variables that the portal's programs are started with."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from moderation_portal.hosts import why_no_demo
from moderation_portal.launch.places import Places
from moderation_portal.launch.telling import Stop

SETTINGS_MODULE = "moderation_portal.settings"
TRUE = frozenset({"true", "on", "ok", "y", "yes", "1"})  # as the settings read it
GENERATED = ("SECRET_KEY", "VAULT_KEY", "SEAL_KEY")


def read_secrets(path: Path) -> dict[str, str]:
    """The keys of this installation, made once and kept in one file that only its owner reads."""
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = dict(line.split("=", 1) for line in lines if "=" in line)
    else:
        kept = {}
    missing = [name for name in GENERATED if name not in kept]
    if missing:
        kept |= {name: make_secret(name) for name in missing}
        text = "".join(f"{name}={value}\n" for name, value in kept.items())
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
    return kept


def make_secret(name: str) -> str:
    """A fresh key: 32 random bytes in URL-safe base64, or a longer text for Django's own."""
    if name == "SECRET_KEY":
        return secrets.token_urlsafe(60)
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def base_variables(places: Places, given: Mapping[str, str]) -> dict[str, str]:
    """What every program needs: the caller's environment, this checkout's code, its settings."""
    variables = {name: value for name, value in given.items() if name != "PYTHONHOME"}
    variables["PYTHONPATH"] = str(places.checkout)
    variables["DJANGO_SETTINGS_MODULE"] = SETTINGS_MODULE
    variables["PYTHONUNBUFFERED"] = "1"
    variables["PATH"] = f"{places.venv / 'bin'}{os.pathsep}{given.get('PATH', os.defpath)}"
    return variables


def demo_variables(
    places: Places, given: Mapping[str, str], *, base_url: str, host: str = "127.0.0.1"
) -> dict[str, str]:
    """Variables of `./portal run` but for the servers' addresses; what the caller sets, wins.

    Raises Stop when everybody could reach the demo, where one click signs in as anybody.
    """
    variables = read_secrets(places.secrets)
    variables |= {
        "PORTAL_MODE": "demo",
        "DEBUG": "0",
        "BASE_URL": base_url,
        "ALLOWED_HOSTS": ",".join(allowed_hosts(given.get("BASE_URL", base_url), host)),
        "MEDIA_ROOT": str(places.evidence),
        "STATIC_ROOT": str(places.static),
        "EMAIL_URL": "smtp://127.0.0.1:8002",
    }
    variables |= dict(given)
    is_public = variables.get("DEMO_ON_PUBLIC_ADDRESS", "").lower() in TRUE
    if variables["PORTAL_MODE"] == "demo" and not is_public:
        why_not = why_no_demo(variables["BASE_URL"], variables["ALLOWED_HOSTS"].split(","))
        if why_not:
            raise Stop(why_not)
    return base_variables(places, variables)


def allowed_hosts(base_url: str, host: str) -> list[str]:
    """Host names that the web server answers to."""
    named = base_url.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
    return sorted({"localhost", "127.0.0.1", "[::1]", named} | ({host} - {"0.0.0.0", "::"}))


def try_variables(places: Places, given: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Variables for the test suite: fresh keys, a scratch folder, nothing of an installation."""
    kept_out = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "EMAIL_URL", "PORTAL_MODE"}
    kept_out |= {"IMAP_URL", "MAIL_AUTHSERV_ID", "LETTER_SIGNER"}
    clean = {name: value for name, value in given.items() if name not in kept_out}
    fixed = {name: make_secret(name) for name in GENERATED}
    fixed |= {
        "PORTAL_MODE": "test",
        "DEBUG": "0",
        "BASE_URL": "http://localhost:8000",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "MEDIA_ROOT": str(scratch),
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "MAIL_PAGE_URL": "http://localhost:8001",
        "LOG_LEVEL": "WARNING",
    }
    return base_variables(places, clean | fixed)


def production_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Variables as a careful deployment sets them, for the deployment checks."""
    return dict(variables) | {
        "PORTAL_MODE": "production",
        "DEBUG": "0",
        "BASE_URL": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "EMAIL_URL": "smtp+tls://portal:secret@mail.example:587",
        "MAIL_PAGE_URL": "",
        "PORTAL_POSTGRES_KIND": "given",
        "IDENTITY_NAME": "Ministry of the portal",
        "IDENTITY_SHORT": "Ministry",
        "MAIL_FROM": "takedown@ministry.go.id",
        "LETTER_SIGNER": "none",
    }
