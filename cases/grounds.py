"""What a decision must rest on before it is made: provisions, the three-part test, nothing missing.

A restriction needs a law, a legitimate aim, and to be necessary and in proportion (ICCPR art.
19(3)): the mildest remedy that works, an item before an account, an account before a feature, a
feature before a platform.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import User
from moderation_portal.policy import Category, Pack
from reports import completeness
from reports.completeness import Gap

from . import checklists
from .models import (
    Case,
    CaseView,
    ChecklistAddition,
    ChecklistTick,
    Decision,
    Joining,
    Referral,
)
from .notices import features
from .triage import designators

# From the mildest to the gravest.
REMEDIES = ("item", "account", "feature", "platform")
TEST_PARTS = ("legality", "aim", "remedy", "necessity")
# What the judgement itself brings; the second person comes after it.
BROUGHT = frozenset({"legal_basis", "necessity_test", "reasons", "approver"})
DESIGNATION = "designation_document"
LOCATOR = "locator_precise"
# How the gap of an open line of the checklist begins.
LINE = "checklist_"
# The verbs that judge, which only who has read the case may do.
JUDGING = frozenset({"uphold", "approve"})
# Of how many approved orders it is counted on which provisions they rest.
NEWEST_READ = 1_000


def units_of(category: Category) -> list[str]:
    """The codes of the units that matters of this category are referred to."""
    return [*category.refer_units, *([category.unit] if category.unit else [])]


def check_test(test: Mapping[str, str]) -> dict[str, str]:
    """The three-part test with its blanks trimmed: legality, aim, remedy (`REMEDIES`), necessity.

    Raises Invalid that names each part that is missing, or a remedy that is none.
    """
    told = {part: str(test.get(part, "")).strip() for part in TEST_PARTS}
    wrong = {part: _("Fill in this part of the test.") for part, text in told.items() if not text}
    if told["remedy"] and told["remedy"] not in REMEDIES:
        wrong["remedy"] = _("Choose one of these: %(list)s.") % {"list": ", ".join(REMEDIES)}
    if wrong:
        said = _("The test of legality, aim and necessity is incomplete. Fill in all its parts.")
        raise Invalid(said, {"fields": wrong})
    return told


def usage(category: str, visible: QuerySet[Case]) -> tuple[int, Counter[str]]:
    """How many of the newest orders that were approved are of this category, and how many of them
    rest on each provision; among the cases that this person may see. One bounded statement."""
    approved = Decision.objects.filter(kind=Decision.Kind.UPHOLD, state=Decision.State.APPROVED)
    newest = approved.filter(case__in=visible).order_by("-pk").values("pk")[:NEWEST_READ]
    alike = Decision.objects.filter(pk__in=newest, case__category=category)
    bases = list(alike.values_list("bases", flat=True))
    return len(bases), Counter(code for codes in bases for code in codes)


def wrong_bases(bases: Collection[str], code: str, pack: Pack, at: datetime) -> Invalid | None:
    """What is wrong with these provisions as grounds of a decision on this category, if anything.

    Each must be one that the policy allows for the category and that is in force at `at`; at least
    one must be a prohibition.
    """
    category = pack.category(code)
    allowed = {basis.code: basis for basis in pack.bases_for(category, at)}
    strangers = sorted(set(bases) - allowed.keys())
    if strangers:
        said = _("%(codes)s is no ground for “%(category)s” today. Choose among: %(list)s.") % {
            "codes": ", ".join(strangers),
            "category": str(category.name),
            "list": ", ".join(str(basis.citation) for basis in allowed.values()),
        }
    elif not any(allowed[code].kind == "prohibition" for code in bases):
        said = _("Choose at least one provision that prohibits what the account does.")
    else:
        return None
    return Invalid.field("bases", said)


def wrong_remedy(remedy: str, *, is_systemic: bool) -> Invalid | None:
    """What is wrong with a remedy, if anything: an order about a feature is a case of its own, and
    such a case orders nothing about accounts."""
    if is_systemic == (remedy == "feature"):
        return None
    said = (
        _("This case aims at a feature: choose the feature as the remedy.")
        if is_systemic
        else _("Accounts and features are ordered apart: open a systemic case for the feature.")
    )
    return Invalid.field("remedy", said)


def too_mild(test: Mapping[str, str], code: str, pack: Pack, at: datetime) -> Invalid | None:
    """What is wrong with a remedy beside usual words that say why it is not enough, if anything: an
    order that contradicts itself does not stand."""
    graver = REMEDIES[REMEDIES.index(test["remedy"]) + 1 :]
    said, usual = _flat(test["necessity"]), pack.proposed_words(code, "necessity", at)
    if not any(remedy in graver and _flat(words) in said for words, remedy in usual.items()):
        return None
    sentence = _(
        "The proportionality below says that this is not enough. Choose the remedy for which it "
        "gives reasons, or write there why the milder one is enough."
    )
    return Invalid.field("remedy", sentence)


@dataclass(frozen=True)
class OnFile:
    """What is on file about some cases. `ticked`: (case, checklist line); `designated`: (case,
    category) of tellings by those whose word makes a matter urgent; `added`: the stewards' lines of
    the checklist; the others are case ids (`systemic`: of those that aim at a feature)."""

    ticked: Collection[tuple[int, str]]
    referred: Collection[int]
    wanted: Collection[int]
    designated: Collection[tuple[int, str]]
    added: Collection[ChecklistAddition] = ()
    systemic: Collection[int] = ()


def missing(
    cases: Sequence[Case], pack: Pack, *, at: datetime, lines: Collection[str] = ()
) -> dict[int, list[Gap]]:
    """Case id -> what must still be done before it can be upheld; nothing for a case that is ready.

    `lines` of the checklist are about to be ticked and count as done. Five statements.
    """
    ids = [case.pk for case in cases]
    ticks = ChecklistTick.objects.filter(case_id__in=ids).values_list("case_id", "line")
    referred = Referral.objects.filter(case_id__in=ids).values_list("case_id", flat=True)
    told_of = told(ids, designators(pack, at))
    coming = {(pk, line) for pk in ids for line in lines}
    on_file = OnFile(
        {*ticks, *coming}, set(referred), *told_of, checklists.additions_at(at), features.among(ids)
    )
    found = {case.pk: gaps_of(case, on_file, pack, at=at) for case in cases}
    return {pk: gaps for pk, gaps in found.items() if gaps}


def told(
    case_ids: Collection[int], those: Collection[str]
) -> tuple[set[int], set[tuple[int, str]]]:
    """Of these cases those for which preservation is wanted, and (case, category) of those that
    one of `those` kinds of designators told of. One statement."""
    preserve = "item__report__formal_request__is_preservation_wanted"
    case, kind = "target__case_id", "item__report__reporter__kind"
    found = Joining.objects.filter(Q(**{preserve: True}) | Q(**{f"{kind}__in": those}))
    rows = found.filter(target__case_id__in=case_ids).values_list(
        case, preserve, kind, "item__report__category"
    )
    wanted, designated = set(), set()
    for pk, is_wanted, teller, category in rows.distinct():
        if is_wanted:
            wanted.add(pk)
        if teller in those:
            designated.add((pk, category))
    return wanted, designated


def gaps_of(case: Case, on_file: OnFile, pack: Pack, *, at: datetime) -> list[Gap]:
    """What this case still lacks: the checklist, the referral that a sealed matter needs, the
    preservation that was wanted, and what an order must hold by law (Permenkominfo 5/2020 art.
    9(5), 15(2), 16(4))."""
    category = pack.category(case.category)
    gaps = _unticked(case, category, on_file, at)
    # A feature is nobody who is helped, and holds no data of anybody.
    is_of_somebody = case.handling == "sealed" and case.pk not in on_file.systemic
    if is_of_somebody and category.refer_units and case.pk not in on_file.referred:
        gaps.append(Gap("referral", _("Refer it to the responsible unit first.")))
    is_wanted = case.pk in on_file.wanted or (is_of_somebody and category.refer_units)
    if is_wanted and case.preservation_asked_at is None:
        gaps.append(Gap("preservation", _("Ask the platform to preserve the data first.")))
    facts = {DESIGNATION} if (case.pk, case.category) in on_file.designated else set()
    facts |= {LOCATOR} if case.target_count else set()
    return gaps + completeness.gaps("notice", category, facts | BROUGHT, at=at)


def is_line(gap: Gap) -> bool:
    """Whether what is missing is a line of the checklist: the decision's own page asks for it."""
    return gap.code.startswith(LINE)


def unread(verb: str, case_ids: Collection[int], person: User) -> set[int]:
    """Of these cases those that this person must open before judging them by this verb; who
    approves must have opened them since they were decided. Empty for verbs that judge nothing."""
    if verb not in JUDGING:
        return set()
    mine = CaseView.objects.filter(case_id__in=case_ids, user=person)
    views = dict(mine.values_list("case_id", "opened_at"))
    waiting = Decision.objects.filter(case_id__in=case_ids, state=Decision.State.PROPOSED)
    since = dict(waiting.values_list("case_id", "decided_at")) if verb == "approve" else {}
    return {pk for pk in case_ids if pk not in views or (pk in since and views[pk] < since[pk])}


def open_first(case: Case) -> Refused:
    """The refusal for whoever would judge this case without having read it."""
    said = _("Open %(number)s and read it first: only what you have opened can be judged.")
    return Refused(said % {"number": case.number}, {"open_first": case.pk})


def _unticked(case: Case, category: Category, on_file: OnFile, at: datetime) -> list[Gap]:
    return [
        Gap(f"{LINE}{line.code}", _("Checklist: %s") % line.text)
        for line in checklists.lines(category, on_file.added, at)
        if (case.pk, line.code) not in on_file.ticked
    ]


def _flat(text: str) -> str:
    return " ".join(text.split())
