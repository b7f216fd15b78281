"""Which Chromium there is on this machine."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find(named: str) -> str:
    """The path of one, "" where there is none; `named` (PORTAL_CHROMIUM) goes before all others."""
    return named or next((path for name in NAMES if (path := shutil.which(name))), "")
