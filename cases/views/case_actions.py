"""The buttons of a case's head: what this person may do now, and why not the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.models import User
from moderation_portal.roles import STAFF

from .. import grounds, similar, twins
from ..models import Case, CaseState
from ..opening import HOLDING
from ..permissions import Offer, biased, deciders_of, oversees, verbs_for
from . import next_look
from .account_page import AccountPage

DANGER = frozenset({"dismiss", "withdraw", "release", "hand_over"})
BESIDE = frozenset({"note", "tick"})
# What stands below the list of accounts, for those that are ticked there.
BELOW = "move"
HOLDING_VERBS = frozenset({"withhold", "let_go"})
REFERRING = frozenset({"refer", "hand_over"})
MAIN = ("approve", "uphold", "claim", "resume")
# What needs no page in between: nothing is said with it, and it is undone by as little.
AT_ONCE = "claim"
# So many buttons stand side by side; of more, those that are rarely wanted stand in a menu.
FEW = 4
RARE = frozenset({"give_back", "assign", "merge", "preserve", "withhold", "let_go"})
RARE |= {"ask_panel", "refer", "hand_over"}


@dataclass(frozen=True)
class Action:
    """One button of the case's head; `kind` is primary, danger or nothing. One that acts
    `is_at_once` asks nothing and can be given back."""

    label: str
    url: str
    kind: str = ""
    is_rare: bool = False
    is_at_once: bool = False


def offers_to(user: User, case: Case, at: datetime) -> list[Offer]:
    """The verbs that have a button or a line on this case's page, each with its verdict."""
    return [offer for offer in verbs_for(user, case, at=at) if is_offered(offer, case, user)]


def is_offered(offer: Offer, case: Case, user: User) -> bool:
    """Whether a verb has a button: notes and ticks have forms of their own, nobody takes what they
    hold, and where a category knows no unit there is nothing to refer to."""
    verb, ended = offer.transition.verb, offer.transition.of_outcome
    if ended and case.outcome != ended:
        return False
    if verb == BELOW:
        return case.target_count > 1
    is_mine = case.owner_id == user.pk
    if verb in BESIDE or (verb == "claim" and is_mine) or (verb == "give_back" and not is_mine):
        return False
    if verb in HOLDING_VERBS:
        is_held = case.withholding in HOLDING
        return is_held == (verb == "let_go") and bool(twins.having_twins([case.pk]))
    category = policy.pack().category(case.category)
    return verb not in REFERRING or bool(grounds.units_of(category))


def actions_of(
    case: Case,
    user: User,
    allowed: dict[str, Offer],
    gaps: Iterable[grounds.Gap],
    page: AccountPage,
) -> list[Action]:
    """The buttons of the case's head: what is done every day, what hurts, and last the next step.

    Of all that may be done now one is the next step; upholding is none while anything is missing
    that its own page does not ask for. Every button keeps its place whatever is missing.
    """
    has_gaps = any(not grounds.is_line(gap) for gap in gaps)
    ready = [verb for verb in allowed if verb != "uphold" or not has_gaps]
    main = next((verb for verb in MAIN if verb in ready), "")
    found = [
        Action(
            str(offer.transition.label),
            reverse("cases:verb", args=[case.pk, verb]),
            "primary" if verb == main else "danger" if verb in DANGER else "",
            is_rare=len(allowed) > FEW and verb in RARE and verb != main,
            is_at_once=verb == AT_ONCE,
        )
        for verb, offer in sorted(allowed.items(), key=lambda one: place_of(one[0]))
        if verb != BELOW and (verb != "release" or page.is_disputed)
    ]
    if oversees(user, case) and case.state == CaseState.APPROVED:
        found.append(Action(_("Send now"), reverse("cases:send_now", args=[case.pk]), "primary"))
    if oversees(user, case) and case.state == CaseState.CLOSED and page.gone:
        url = reverse("cases:restore", args=[case.pk])
        found.append(Action(_("Ask to restore"), url, "danger"))
    if user.role in STAFF and next_look.waiting_in(case, page.rows):
        kind = "" if page.is_disputed else "primary"
        url = reverse("cases:observe", args=[case.pk])
        found.append(Action(_("Record what you see"), url, kind))
    if user.role in STAFF and page.is_disputed and not deciders_of([case.pk], user):
        url = reverse("cases:weigh", args=[case.pk])
        found.append(Action(_("Weigh the platform's answer"), url, "primary"))
    return found


def place_of(verb: str) -> int:
    """Where a button stands: what is done every day first, then what hurts, last the next steps."""
    return 2 if verb in MAIN else 1 if verb in DANGER else 0


def denied_to(
    user: User, case: Case, offers: Iterable[Offer], *, is_disputed: bool
) -> list[tuple[str, str]]:
    """What this person cannot do now, and why: the label of each button that is missing."""
    if user.role not in STAFF:
        return []
    denied = [(str(o.transition.label), o.verdict.reason) for o in offers if not o.verdict]
    if not (verdict := similar.may_compare(user, case)):
        denied.append((_("Similar cases"), verdict.reason))
    if is_disputed and deciders_of([case.pk], user):
        denied.append((_("Weigh the platform's answer"), biased()))
    return denied
