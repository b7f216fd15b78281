"""Notices: gathered, issued, signed, served, withdrawn, corrected; and who sees them."""

from .addresses import portal_address
from .copies import for_platform
from .correcting import (
    approve_correction,
    correct,
    correctable,
    drop_correction,
    may_approve,
    may_correct,
    proposal_for,
    refuse_approval,
    refuse_correction,
)
from .files import file_name, pdf_of
from .issuing import Gathered, discard, gather, preview, send_again
from .seeing import items_for_platform, may_sign, visible_to
from .sending import hand_over
from .service import (
    acknowledge,
    annul,
    open_in_portal,
    open_quietly,
    serve,
    settle,
    settle_answered,
    start_clock,
)
from .signing import sign
from .withdrawing import order_restored, release, restore, tell_released, withdraw

__all__ = [
    "Gathered",
    "acknowledge",
    "annul",
    "approve_correction",
    "correct",
    "correctable",
    "discard",
    "drop_correction",
    "file_name",
    "for_platform",
    "gather",
    "hand_over",
    "items_for_platform",
    "may_approve",
    "may_correct",
    "may_sign",
    "open_in_portal",
    "open_quietly",
    "order_restored",
    "pdf_of",
    "portal_address",
    "preview",
    "proposal_for",
    "refuse_approval",
    "refuse_correction",
    "release",
    "restore",
    "send_again",
    "serve",
    "settle",
    "settle_answered",
    "sign",
    "start_clock",
    "tell_released",
    "visible_to",
    "withdraw",
]
