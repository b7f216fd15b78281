"""Whether a place is as coarse as a monitor may tell it: a village or a district, nothing smaller.

A list of streets, lodgings and coordinates would be an address feed for raids. Pure.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WAYS = r"(jl|jln|jalan|gg|gang|lorong|blok|kav|kavling|perumahan|komplek|street|st|road|rd|lane)\b"
STREETS = re.compile(rf"\b{WAYS}", re.I)
# A village may itself be called after a lane: what follows at once upon what it is, is its name.
NAMED_SO = re.compile(
    rf"\b(kel\b\.?|kelurahan|desa|kec\b\.?|kecamatan|village|district)\s+({WAYS})?", re.I
)
HOUSES = re.compile(r"\b(no\.?|nomor|rt|rw|rt/rw|kamar|lantai|room|floor)\s*\.?\s*\d", re.I)
LODGINGS = re.compile(
    r"\b(hotel|losmen|penginapan|kos|kost|kosan|indekos|apartemen|apartment|vil+a|wisma|homestay"
    r"|guest\s?house|karaoke|spa|panti pijat)\b",
    re.I,
)
COORDINATES = re.compile(r"-?\d{1,3}[.,]\d{3,}|\d\s*°|\bplus code\b|[2-9CFGHJMPQRVWX]{4,8}\+\w{2}")
LINKS = re.compile(r"https?:|www\.|maps|\d{6,}", re.I)

ASKED = _(
    "Give the village or the district only: no street, house, lodging, number or coordinates."
)


def problem(place: str) -> Promise | None:
    """Why this place is too precise, if it is; `ASKED` says what is wanted instead."""
    finer = (HOUSES, LODGINGS, COORDINATES, LINKS)
    is_finer = any(pattern.search(place) for pattern in finer)
    return ASKED if is_finer or STREETS.search(NAMED_SO.sub(" ", place)) else None
