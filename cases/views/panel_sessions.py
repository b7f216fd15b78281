"""What the pages show of the panels that were asked about a case."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .. import panels
from ..models import Advice, Case, PanelReferral, PanelVoice

TONES = {
    Advice.REMOVE: "bad",
    Advice.MILDER: "warn",
    Advice.KEEP: "good",
    Advice.RESTORE: "good",
    "": "neutral",
}


@dataclass(frozen=True)
class Session:
    """One question to a panel and what came of it; `voices` are pairs of a voice and whether it
    dissents."""

    referral: PanelReferral
    state: str
    tone: str
    voices: list[tuple[PanelVoice, bool]]


def of(case: Case) -> list[Session]:
    """The panels that were asked about this case, newest first; no statement where none was."""
    if case.panel_asked_at is None:
        return []
    found = case.panel_referrals.select_related("panel", "asked_by", "ended_by")
    return [_session(one, case) for one in found.order_by("-pk").prefetch_related("voices")]


def _session(referral: PanelReferral, case: Case) -> Session:
    voices = list(referral.voices.all())
    dissents = {one.pk for one in panels.dissenting(voices, referral.advice)}
    state, tone = _state(referral, case)
    return Session(referral, state, tone, [(one, one.pk in dissents) for one in voices])


def _state(referral: PanelReferral, case: Case) -> tuple[str, str]:
    if referral.end == PanelReferral.End.ADVISED:
        said = referral.get_advice_display() if referral.advice else _("no common advice")
        return said, TONES[referral.advice]
    if referral.end == PanelReferral.End.TAKEN_BACK:
        return _("taken back"), "neutral"
    if case.state == "with_panel":
        return _("waits for the panel"), "info"
    return _("the case went on before the panel met"), "neutral"
