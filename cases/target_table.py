"""What may become of an account in a case, and who may say so."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation_portal.roles import REPRESENTATIVES, STAFF, Role

from .models import TargetState
from .table_rows import TargetMove

# Who may say what became of an account: the platform answers, a person or the probe looks.
ANSWERERS = REPRESENTATIVES | STAFF | {Role.SYSTEM}
LOOKERS = STAFF | {Role.SYSTEM}
T = TargetState
STANDS = (T.STANDING, T.CLAIMED, T.REFUSED, T.NEEDS_INFO, T.NOT_FOUND)


def said(target: str, event: str, sentence: Promise) -> TargetMove:
    """The platform may say this of an account of which it has said something else, or nothing."""
    others = tuple(state for state in STANDS if state != target)
    return TargetMove(
        target=target, sources=others, roles=ANSWERERS, event=event, sentence=sentence
    )


def seen(
    target: str, event: str, sentence: Promise, sources: tuple[str, ...] = STANDS
) -> TargetMove:
    """Only we ourselves may say this, whatever the platform said before."""
    return TargetMove(target=target, sources=sources, roles=LOOKERS, event=event, sentence=sentence)


TARGET_TABLE: tuple[TargetMove, ...] = (
    said(T.CLAIMED, "target.claimed", _("%(name)s: the platform says it is gone")),
    said(T.REFUSED, "target.refused", _("%(name)s: the platform disagrees")),
    said(T.NEEDS_INFO, "target.questioned", _("%(name)s: the platform asks for more")),
    said(T.NOT_FOUND, "target.not_found", _("%(name)s: the platform cannot find it")),
    seen(T.GONE, "target.gone", _("%(name)s: it is gone, seen twice")),
    said(T.STANDING, "target.standing", _("%(name)s: it is still up")),
    seen(T.STANDING, "target.reappeared", _("%(name)s: it is there again"), (T.GONE, T.RELEASED)),
    seen(T.RELEASED, "target.released", _("%(name)s: it is released")),
    seen(T.RELEASED, "target.annulled", _("%(name)s: its order was annulled"), (T.GONE,)),
)

MOVES = {(row.target, source): row for row in TARGET_TABLE for source in row.sources}
