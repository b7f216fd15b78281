"""By what a look at an account is proved, for those who may know.

An account of which a sealed case knows is never fetched: the ordinary side then notes “gone” or
“unclear” without any proof (`checking.seen_quietly`). So that the lack of one tells nothing, these
two show theirs to the cleared alone, whatever stands behind them; what was really there was always
fetched.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from moderation_portal.formats import defang
from moderation_portal.models import User

from . import pictures
from .checking import FETCHED
from .models import Observation, Target
from .permissions import sees_sealed
from .removal import PROBE

SHOWN = 50


@dataclass(frozen=True)
class Look:
    """One look: who saw what and when, and the proof in words; `is_kept_back` from this reader.
    `picture`: the id of the picture of what was seen, where there is one."""

    seen: Observation
    proof: list[tuple[str, str]]
    is_kept_back: bool
    picture: int | None = None


def looks_at(target: Target, reader: User) -> list[Look]:
    """The newest looks at an account of a case that the reader may see."""
    found = target.observations.select_related("user").order_by("-seen_at", "-pk")[:SHOWN]
    taken = pictures.visible_to(reader).filter(target=target)
    by_text = dict(taken.values_list("text_sha256", "pk"))
    return [_look(one, by_text, is_cleared=sees_sealed(reader)) for one in found]


def _look(seen: Observation, by_text: Mapping[str, int], *, is_cleared: bool) -> Look:
    if seen.method != PROBE:
        return Look(seen, [], False)
    if not is_cleared and seen.result not in FETCHED:
        return Look(seen, [], True)
    picture = by_text.get(seen.proof.get("text_sha256", ""))
    return Look(seen, list(_worded(seen.proof)), False, picture)


def _worded(proof: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The kept facts, each with its name; addresses defanged."""
    names = {
        "url": _("Address asked"),
        "final_url": _("Address that answered"),
        "status": _("Status"),
        "refused": _("Not asked, because"),
        "error": _("Nothing came, because"),
        "text_sha256": _("SHA-256 of the text"),
        "vantage": _("Seen from"),
    }
    for key, name in names.items():
        if value := proof.get(key):
            said = _(value) if key == "refused" else str(value)
            yield name, defang(said) if key.endswith("url") else said
    for header, value in sorted(proof.get("headers", {}).items()):
        yield header, defang(str(value)) if header == "location" else str(value)
