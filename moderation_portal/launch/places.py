"""Where things lie: the checkout, and the one data folder beside it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from moderation_portal.launch.telling import Stop

CHECKOUT = Path(__file__).resolve().parents[2]
OUTSIDE = Path("/var/lib")


@dataclass(frozen=True)
class Places:
    """All folders of one installation; `home` is the data folder that `./portal clean` removes."""

    checkout: Path
    home: Path

    @property
    def venv(self) -> Path:
        return self.home / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def mail(self) -> Path:
        return self.home / "mail"

    @property
    def evidence(self) -> Path:
        return self.home / "evidence"

    @property
    def static(self) -> Path:
        return self.home / "static"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def state(self) -> Path:
        """What runs now: sockets, address, process id (JSON)."""
        return self.home / "state.json"

    @property
    def outside(self) -> Path:
        """Stands in for `home` when root's servers, which run as nobody, cannot reach it."""
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return OUTSIDE / f"moderation-portal-{digest}"


def find_places(environ: Mapping[str, str]) -> Places:
    """The places of this checkout; PORTAL_HOME moves the data folder."""
    home = environ.get("PORTAL_HOME")
    return Places(CHECKOUT, Path(home).expanduser().resolve() if home else CHECKOUT / ".portal")


def make_folders(places: Places) -> None:
    """Creates the data folder; only the owner may list it, servers of root may pass through.

    Raises Stop for a folder with other people's things in it: `./portal clean` would remove them.
    """
    mark = places.home / "moderation-portal"
    if places.home.exists() and any(places.home.iterdir()) and not mark.exists():
        raise Stop(f"{places.home} holds other things. PORTAL_HOME must name a folder of its own.")
    places.home.mkdir(parents=True, exist_ok=True)
    mark.touch()
    places.home.chmod(0o711)
    places.static.mkdir(exist_ok=True)
    for private in (places.logs, places.mail, places.evidence):
        private.mkdir(exist_ok=True)
        private.chmod(0o700)
