"""Notices: gathered, issued, signed, served, withdrawn, corrected; and who sees them."""

from .addresses import portal_address
from .copies import for_platform
from .files import file_name, pdf_of
from .issuing import Gathered, discard, gather, preview, send_again
from .seeing import items_for_platform, may_sign, visible_to
from .sending import hand_over
from .service import acknowledge, annul, open_in_portal, serve, settle
from .signing import sign
from .withdrawing import correct, correctable, refuse_correction, release, restore, withdraw

__all__ = [
    "Gathered",
    "acknowledge",
    "annul",
    "correct",
    "correctable",
    "discard",
    "file_name",
    "for_platform",
    "gather",
    "hand_over",
    "items_for_platform",
    "may_sign",
    "open_in_portal",
    "pdf_of",
    "portal_address",
    "preview",
    "refuse_correction",
    "release",
    "restore",
    "send_again",
    "serve",
    "settle",
    "sign",
    "visible_to",
    "withdraw",
]
